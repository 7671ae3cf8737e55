/**
 * What breaks while an application streams, again and again: the stream goes on, nobody sees the room, the service says
 * what is wrong and mends itself, and nothing is left over. rounds.ts says how often each is tried. The service's own end
 * is in survival.ts.
 */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { CAMERA, showClip, unplugCamera } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, sleep } from '../guest.js';
import { removeModule } from '../modules.js';
import { patient, undisturbed, within } from '../pace.js';
import { between, type FrameRecord, longestGap, quantile, shown } from '../records.js';
import { ROUNDS } from '../rounds.js';
import {
  call,
  callCommand,
  cameraIsReleased,
  enginePid,
  openers,
  property,
  restingResources,
  servicePid,
  waitForState,
} from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, watch } from './setting.js';

const MOST_GROWTH_MB = 5;
/** Silence that an application may meet, in the worst of all rounds; three of the placeholder's frames take 0.3 s. */
const LONGEST_GAP_MS = 1000;
const MODEL = '/usr/lib/backscrub/node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite';
const VIVID = '/sys/bus/platform/drivers/vivid';
const SLEEP_SIGNAL = '/org/freedesktop/login1 org.freedesktop.login1.Manager PrepareForSleep b true';

interface Fault {
  readonly name: string;
  /** Before and after all rounds, without an application. */
  prepare?(): Promise<void>;
  restore?(): Promise<void>;
  /** Breaks something, sees that the service tells the truth about it, and mends it. */
  round(): Promise<void>;
  /** What the application sees when all is well. */
  isWell(frame: FrameRecord): boolean;
}

async function errorIs(code: RegExp, text: RegExp): Promise<void> {
  const [, said] = await eventually(
    () => property<[string, string]>('LastError'),
    ([name]) => code.test(name),
    `LastError is not ${code.source}`,
  );
  assert.match(said, text);
}

async function isMended(): Promise<void> {
  await waitForState('running');
  assert.deepEqual(await property('LastError'), ['', '']);
}

/** The very same engine goes on. */
async function untouched(work: () => Promise<void>): Promise<void> {
  const same = await enginePid();
  await work();
  assert.equal(await property('State'), 'running');
  assert.equal(await enginePid(), same);
}

/** Undoes what the fault needs, whatever happens. */
async function prepared<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
  try {
    await fault.prepare?.();
    return await work();
  } finally {
    // The engine lets go of the camera a moment later.
    await waitForState('idle').finally(() => fault.restore?.());
  }
}

async function killEngine(): Promise<void> {
  const old = await enginePid();
  assert.ok(old > 0, 'an engine runs');
  await guest(`consumer kill ${old}`);
  await eventually(enginePid, (pid) => pid !== old, 'the engine is still there');
}

const FAULTS: readonly Fault[] = [
  {
    name: 'SIGKILL of the engine',
    isWell: isComposed,
    async round() {
      await killEngine();
      await waitForState('running');
    },
  },
  {
    name: 'the camera sends nothing more',
    isWell: isComposed,
    async round() {
      await guest('systemctl kill --signal=STOP feeder.service');
      await errorIs(/Camera|Failed/, /camera/i);
      await guest('systemctl kill --signal=CONT feeder.service');
      await isMended();
    },
  },
  {
    name: "the camera's node vanishes and comes back",
    // Nobody is before this camera: the background alone.
    isWell: (frame) => shown(frame) === 'background',
    async prepare() {
      await unplugCamera();
      await guest('modprobe vivid n_devs=1 node_types=0x1 && udevadm settle');
    },
    async restore() {
      await removeModule('vivid');
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
    },
    async round() {
      await guest(`echo vivid.0 > ${VIVID}/unbind`);
      await errorIs(/NoCamera/, /unplugged|plug|connect/i);
      await guest(`echo vivid.0 > ${VIVID}/bind`);
      await isMended();
    },
  },
  {
    name: 'a forged PrepareForSleep',
    isWell: isComposed,
    round: () =>
      untouched(async () => {
        await attempt(`runuser -u cam -- busctl --system emit --destination=org.backscrub ${SLEEP_SIGNAL}`);
        await guest(`busctl --system emit ${SLEEP_SIGNAL}`);
        await sleep(300);
      }),
  },
  {
    name: 'a true PrepareForSleep',
    isWell: isComposed,
    // This kernel cannot sleep; whoever owns logind's name can say that it does.
    prepare: async () => {
      await guest('systemctl mask --runtime --now systemd-logind.service');
    },
    restore: async () => {
      await guest(
        'systemctl unmask --runtime systemd-logind.service && systemctl start systemd-logind.service',
      );
    },
    async round() {
      await guest('systemd-run --quiet --collect --unit=fake-logind node /mnt/guest/logind.mjs 1 10 1');
      await waitForState('suspended');
      await cameraIsReleased();
      await eventually(
        () => openers(CAMERA),
        (who) => who.length === 0,
        'the camera is open',
      );
      await waitForState('running');
      await eventually(
        () => guest('systemctl is-active fake-logind.service || true'),
        (state) => state !== 'active',
        'the stand-in for logind stays',
      );
    },
  },
  {
    name: 'polkit is stopped',
    isWell: isComposed,
    round: () =>
      untouched(async () => {
        await guest('systemctl mask --runtime --now polkit.service');
        try {
          const { status, stderr } = await attempt(
            `runuser -u cam -- ${callCommand('SetMode', 's', 'passthrough')}`,
          );
          assert.notEqual(status, 0);
          assert.match(stderr, /polkit|[Dd]enied/);
          assert.equal(await property('Mode'), 'replace');
          await call('SetMode', 's', 'replace');
        } finally {
          // Often enough for systemd to take it for a service that crashes.
          await guest(
            'systemctl unmask --runtime polkit.service && { systemctl reset-failed polkit.service || true; } && systemctl start polkit.service',
          );
        }
      }),
  },
  {
    name: "the model's file is removed",
    isWell: isComposed,
    async round() {
      await untouched(async () => {
        await guest(`mv ${MODEL} ${MODEL}.away`);
      });
      try {
        await killEngine();
        // Before that it says that the engine was killed.
        const [, text] = await eventually(
          () => property<[string, string]>('LastError'),
          ([, said]) => said.includes('selfie_segmentation'),
          'the model is not named',
        );
        assert.match(text, /not exist|not installed/);
        assert.notEqual(await property('State'), 'running');
      } finally {
        await guest(`mv ${MODEL}.away ${MODEL}`);
      }
      await call('Start');
      await isMended();
    },
  },
];

async function prepareCall(): Promise<void> {
  await showClip({ format: 'YUYV', width: 1280, height: 720 });
  await call('SetBackground', 's', BACKGROUND);
  await call('SetMode', 's', 'replace');
  await call('SetModel', 's', 'selfie_segmentation');
  await call('Start');
  await waitForState('idle');
}

describe('faults while an application streams', () => {
  // What is kept from the first call on is there before anything is counted.
  before(async () => {
    await prepareCall();
    const consumer = await watch('fault-none');
    await waitForState('running');
    await sleep(3000);
    await consumer.stop();
  });

  for (const fault of FAULTS) {
    test(
      `${fault.name}, ${ROUNDS} times`,
      patient(async () => {
        await prepareCall();
        const service = await servicePid();
        const label = fault.name.replaceAll(/[^a-z]+/gi, '-').toLowerCase();
        const { first, consumer, times } = await prepared(fault, async () => {
          const first = await restingResources(service);
          const consumer = await watch(`fault-${label}`);
          const times: number[] = [];
          try {
            await waitForState('running');
            await sleep(1000);
            for (let round = 0; round < ROUNDS; round++) {
              times.push(Number(await guest('consumer now')));
              await fault.round();
            }
            await sleep(1500);
            times.push(Number(await guest('consumer now')));
          } finally {
            await consumer.stop().catch(() => undefined);
          }
          return { first, consumer, times };
        });
        const last = await restingResources(service);
        assert.equal(
          await guest(`ps -o stat= --ppid ${service} | grep -c Z || true`),
          '0',
          'a zombie is left',
        );
        // Throws when the stream met an error.
        const { frames, summary } = await consumer.done;
        assertNoRoom(frames, fault.name);
        undisturbed(summary.silentSeconds === 0, `${summary.silentSeconds} seconds without a frame`);
        assert.equal(await servicePid(), service, 'the service has not crashed');
        const end = frames.at(-1);
        assert.ok(end && fault.isWell(end), `the last frame is ${JSON.stringify(end)}`);
        const gaps = times.slice(1).map((to, i) => longestGap(between(frames, times[i] ?? 0, to)).ms);
        figure(
          `${fault.name}, ${ROUNDS} times`,
          `longest gap ${quantile(gaps, 0.5).toFixed(0)} ms (median of the rounds), ${Math.max(...gaps).toFixed(0)} ms (the longest); ` +
            `service ${first.mb.toFixed(1)} and ${last.mb.toFixed(1)} MB, ${first.files.length} and ${last.files.length} files`,
        );
        assert.deepEqual(last.files, first.files);
        assert.ok(
          last.mb - first.mb < MOST_GROWTH_MB,
          `the service has grown from ${first.mb} to ${last.mb} MB`,
        );
        within(Math.max(...gaps), LONGEST_GAP_MS, `a gap of ${Math.max(...gaps).toFixed(0)} ms`);
      }),
    );
  }
});

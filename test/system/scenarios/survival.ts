/**
 * An application streams, and the service goes away under it: the stream goes on, by the descriptor in systemd's store.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { showClip } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, eventually, guest, guestTime, sleep } from '../guest.js';
import { pace, patient, within } from '../pace.js';
import { between, delayUntil, longestGap, quantile, shown } from '../records.js';
import { ROUNDS } from '../rounds.js';
import { call, enginePid, journal, property, servicePid, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, virtualCamera, watch } from './setting.js';

/** Longest silence that an application may meet, on a quiet host. */
const LONGEST_GAP_MS = 3000;
/** From one fault to the next: the start of the service and of an engine, and some frames. */
const ROUND_SECONDS = 8;
const DROP_IN = '/run/systemd/system/backscrub.service.d/test.conf';

const stored = (): Promise<string> =>
  guest('systemctl show --property=NFileDescriptorStore --value backscrub.service');

/** What was chosen may be forgotten by a service that keeps no settings; a call more does no harm. */
async function wake(): Promise<void> {
  await eventually(
    () => attempt('busctl get-property org.backscrub /org/backscrub org.backscrub State'),
    ({ status }) => status === 0,
    'the service does not answer',
  );
  await call('SetBackground', 's', BACKGROUND);
  await call('SetMode', 's', 'replace');
  await call('Start');
}

/** With a watchdog that bites sooner than the installed one. */
async function withShortWatchdog(run: () => Promise<void>): Promise<void> {
  const again = 'systemctl daemon-reload && systemctl restart backscrub.service';
  await guest(
    `mkdir -p $(dirname ${DROP_IN}) && printf '[Service]\\nWatchdogSec=6\\n' > ${DROP_IN} && ${again}`,
  );
  try {
    await run();
  } finally {
    await guest(`rm -f ${DROP_IN} && ${again}`);
  }
}

interface Fault {
  readonly name: string;
  readonly command: string;
  /** Whether systemd counts it as a crash. */
  readonly crash: boolean;
}

const FAULTS: readonly Fault[] = [
  { name: 'systemctl restart', command: 'systemctl restart backscrub.service', crash: false },
  {
    name: 'SIGKILL of the service',
    command: 'kill -KILL $(systemctl show --property=MainPID --value backscrub.service)',
    crash: true,
  },
  {
    name: 'SIGKILL of service and engine',
    command: 'systemctl kill --signal=SIGKILL --kill-whom=all backscrub.service',
    crash: true,
  },
];

describe('an application streams while the service goes away', () => {
  for (const { name, command, crash } of FAULTS) {
    test(
      `${name}, ${ROUNDS} times: one stream, never the room`,
      patient(async () => {
        const limit = LONGEST_GAP_MS * (await pace());
        await showClip({ format: 'YUYV', width: 1280, height: 720 });
        await wake();
        const restarts = Number(await guest('systemctl show --property=NRestarts --value backscrub.service'));
        const label = name.replaceAll(' ', '-').toLowerCase();
        const consumer = await watch(label);
        await waitForState('running');
        const faults: number[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          await sleep(1500);
          const [oldService, oldEngine] = [await servicePid(), await enginePid()];
          assert.ok(oldEngine > 0, 'an engine runs');
          faults.push(await guestTime());
          await guest(command);
          await eventually(servicePid, (pid) => pid > 0 && pid !== oldService, 'no new service');
          const { status } = await attempt(`test -e /proc/${oldEngine}`);
          assert.notEqual(status, 0, 'the old engine is gone when the new service is there');
          await wake();
          await waitForState('running');
          assert.equal(await stored(), '1');
        }
        await sleep(3000);
        // Throws when the application met an error.
        const { frames, summary } = await consumer.stop();
        assertNoRoom(frames, name);
        if (crash) {
          const now = Number(await guest('systemctl show --property=NRestarts --value backscrub.service'));
          assert.ok(now >= restarts + ROUNDS, 'systemd has started it again each time');
        }
        assert.match(await journal(60), /as the service left it/);
        const gaps = faults.map(
          (time) => longestGap(between(frames, time - 1e5, time + ROUND_SECONDS * 1e6)).ms,
        );
        const cards = faults.map(
          (time) => delayUntil(frames, time, (frame) => shown(frame) === 'placeholder') ?? Infinity,
        );
        const people = faults.map((time) => delayUntil(frames, time + 3e5, isComposed) ?? Infinity);
        const text = (values: readonly number[]): string =>
          `${quantile(values, 0.5).toFixed(0)} ms (median), ${Math.max(...values).toFixed(0)} ms (longest)`;
        figure(`${name}, silence`, text(gaps));
        figure(`${name}, until the card`, text(cards));
        figure(`${name}, until the person (with the calls of this test)`, text(people));
        figure(`${name}, seconds without a frame`, String(summary.silentSeconds));
        assert.ok(
          frames.every((frame) => frame.bytes === 1280 * 720 * 2),
          'the format stays',
        );
        within(Math.max(...gaps), limit, `a silence of ${Math.max(...gaps).toFixed(0)} ms`);
      }),
    );
  }

  test('a service that hangs is started again by the watchdog, in the same stream', () =>
    withShortWatchdog(async () => {
      await showClip({ format: 'YUYV', width: 1280, height: 720 });
      await wake();
      const consumer = await watch('watchdog');
      await waitForState('running');
      const pid = await servicePid();
      const time = await guestTime();
      await guest(`kill -STOP ${pid}`);
      await eventually(servicePid, (now) => now > 0 && now !== pid, 'it still hangs');
      figure('a hanging service is replaced after', `${(((await guestTime()) - time) / 1e6).toFixed(1)} s`);
      assert.match(await journal(60), /[Ww]atchdog timeout/);
      await wake();
      await waitForState('running');
      await sleep(4000);
      const { frames } = await consumer.stop();
      assertNoRoom(frames, 'the watchdog');
      assert.ok(
        frames.some((frame) => frame.time > time + 8e6 && isComposed(frame)),
        'the person is back',
      );
    }));

  test('a healthy service is left alone by the same watchdog', () =>
    withShortWatchdog(async () => {
      const pid = await servicePid();
      await sleep(15_000);
      assert.equal(await servicePid(), pid);
    }));

  test('stop lets go of the device, start takes it anew', async () => {
    await guest('systemctl stop backscrub.service');
    assert.equal(await stored(), '0');
    const node = await virtualCamera();
    await eventually(
      () => attempt(`fuser ${node}`),
      ({ status }) => status !== 0,
      'somebody holds the device',
    );
    await guest('systemctl start backscrub.service');
    assert.equal(await property('VirtualCamera'), node);
    assert.equal(await stored(), '1');
  });
});

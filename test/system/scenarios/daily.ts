/** What happens to a service in the course of a day: restarts, cameras that come and go, sleep, impatient applications. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { CAMERA, occupyCamera, plugCamera, releaseCamera, showClip, stopCamera } from '../camera.js';
import { figure } from '../figures.js';
import { attempt, endConsumer, eventually, guest, OUTPUT, sleep } from '../guest.js';
import { reloadLoopback, removeModule } from '../modules.js';
import { patient, undisturbed } from '../pace.js';
import { shown } from '../records.js';
import {
  call,
  callCommand,
  cameraIsReleased,
  enginePid,
  journal,
  openers,
  property,
  refused,
  servicePid,
  waitForState,
} from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, virtualCamera, watch } from './setting.js';

const CLIP = { format: 'YUYV', width: 1280, height: 720 } as const;
const VIVID = '/sys/bus/platform/drivers/vivid';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly present: boolean;
  readonly chosen: boolean;
}

async function cameras(): Promise<readonly Row[]> {
  return JSON.parse(await guest('backscrubctl camera list --json')) as Row[];
}

async function set(name: string, signature: string, value: string): Promise<void> {
  await guest(
    `busctl --system set-property org.backscrub /org/backscrub org.backscrub ${name} ${signature} ${value}`,
  );
}

/** The service is there again after `command`, as another process. */
async function restarted(command: string): Promise<void> {
  const before = await servicePid();
  await guest(command);
  await eventually(
    async () => (await servicePid()) !== before && (await attempt(callCommand('ListModels'))).status === 0,
    (again) => again,
    'the service does not come back',
    30,
  );
}

async function chosen(): Promise<unknown[]> {
  const names = [
    'State',
    'Mode',
    'Background',
    'BlurStrength',
    'Model',
    'OnDemand',
    'Resolution',
    'FrameRate',
  ];
  return Promise.all(names.map((name) => property<unknown>(name)));
}

describe('what was chosen', () => {
  test('survives a restart, SIGKILL, and a damaged file', async () => {
    await endConsumer();
    await waitForState('idle');
    await call('SetMode', 's', 'replace');
    await call('SetBackground', 's', 'color:#123456');
    await call('SetModel', 's', 'selfie_segmentation_landscape');
    await set('BlurStrength', 'u', '17');
    await call('Stop');
    const before = await chosen();
    await restarted('systemctl restart backscrub.service');
    assert.deepEqual(await chosen(), before);
    await set('BlurStrength', 'u', '71');
    await call('Start');
    // It is written a moment after the answer.
    await eventually(
      () => guest('cat /var/lib/backscrub/settings.json'),
      (text) => text.includes('"blurStrength": 71') && text.includes('"started": true'),
      'the settings are not written',
    );
    const changed = await chosen();
    await restarted('systemctl kill --signal=KILL --kill-whom=main backscrub.service');
    assert.deepEqual(await chosen(), changed);
    assert.equal(await property('State'), 'idle', 'started stays started');
    assert.equal(await guest('stat -c "%U %a" /var/lib/backscrub/settings.json'), 'backscrub 600');

    await restarted(
      `systemctl stop backscrub.service && truncate -s 20 /var/lib/backscrub/settings.json && systemctl start backscrub.service`,
    );
    assert.equal(await property('Mode'), 'blur');
    assert.match(await guest('ls /var/lib/backscrub'), /settings\.json\.damaged-/);
    await eventually(
      () => journal(20),
      (lines) => lines.includes('set aside'),
      'the journal does not say it',
    );
    await guest('rm /var/lib/backscrub/settings.json.damaged-*');
  });
});

describe('cameras that come and go', () => {
  test('the chosen one is taken again when it is back, another one stands in', async () => {
    await showClip(CLIP);
    await call('SetBackground', 's', BACKGROUND);
    await call('SetMode', 's', 'replace');
    try {
      await guest('modprobe vivid n_devs=1 node_types=0x1 && udevadm settle');
      const vivid = (await cameras()).find(({ name }) => /vivid/i.test(name));
      const clip = (await cameras()).find(({ path }) => path === CAMERA);
      assert.ok(vivid && clip, JSON.stringify(await cameras()));
      await call('SetCamera', 's', vivid.id);
      assert.equal(await property('Camera'), vivid.id);

      const consumer = await watch('hotplug');
      await waitForState('running');
      assert.equal(await property('Camera'), vivid.id);
      const inUse = async (id: string): Promise<void> => {
        await eventually(
          () => property('Camera'),
          (camera) => camera === id,
          `the camera in use is not ${id}`,
        );
        await waitForState('running');
      };
      await guest(`echo vivid.0 > ${VIVID}/unbind`);
      await inUse(clip.id);
      const away = (await cameras()).find(({ chosen: is }) => is);
      assert.deepEqual([away?.id, away?.present], [vivid.id, false]);
      // Another node takes its number meanwhile.
      await guest(`v4l2-ctl --list-devices >/dev/null; echo vivid.0 > ${VIVID}/bind; udevadm settle`);
      await inUse(vivid.id);
      await call('SetCamera', 's', clip.id);
      assert.equal(await property('Camera'), clip.id);
      assert.match(await refused('SetCamera', 's', 'nobody'), /not there/);
      await sleep(2000);
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'the changes of camera');
      assert.equal(summary.silentSeconds, 0);
      assert.ok(frames.some(isComposed), 'the test camera was shown');
      await call('SetCamera', 's', '');
      await waitForState('idle');
    } finally {
      await endConsumer();
      await attempt(callCommand('SetCamera', 's', ''));
      await removeModule('vivid');
    }
  });

  test('a camera that is in use elsewhere: the text says which program, or how to find out', async () => {
    await showClip(CLIP);
    try {
      await occupyCamera();
      const consumer = await watch('busy-who');
      const [name, text] = await eventually(
        () => property<[string, string]>('LastError'),
        ([code]) => code !== '',
        'no error',
      );
      figure('busy camera', text);
      assert.match(name, /CameraBusy/);
      // The service's own user may not look into the processes of root.
      assert.match(text, /v4l2-ctl \(process \d+\)|sudo fuser -v \/dev\/video/);
      await consumer.stop();
    } finally {
      await releaseCamera();
    }
  });
});

describe('sleep', () => {
  test('nobody but logind can send the camera to sleep', async () => {
    await showClip(CLIP);
    const consumer = await watch('forged-sleep');
    await waitForState('running');
    const signal = '/org/freedesktop/login1 org.freedesktop.login1.Manager PrepareForSleep b true';
    for (const options of ['', '--destination=org.backscrub'])
      await attempt(`runuser -u cam -- busctl --system emit ${options} ${signal}`);
    await guest(`busctl --system emit --destination=org.backscrub ${signal}`);
    await sleep(1000);
    assert.equal(await property('State'), 'running');
    const { frames } = await consumer.stop();
    assertNoRoom(frames, 'the forged signals');
  });

  test('the camera is closed before and on again after, in the same stream', async () => {
    await showClip(CLIP);
    // This kernel cannot sleep; whoever owns logind's name can say that it does.
    const consumer = await watch('sleep');
    await waitForState('running');
    await eventually(
      () => guest('systemd-inhibit --list --no-legend --no-pager || true'),
      (list) => /Backscrub.*sleep.*delay/.test(list),
      'no delay lock is held',
    );
    await guest('systemctl mask --runtime --now systemd-logind.service');
    try {
      // The sleep is long enough for all that is asked meanwhile.
      await guest('systemd-run --quiet --collect --unit=fake-logind node /mnt/guest/logind.mjs 3 12 2');
      await waitForState('suspended');
      await eventually(
        () => openers(CAMERA),
        (who) => who.length === 0,
        'somebody has the camera open',
      );
      await cameraIsReleased();
      await eventually(enginePid, (pid) => pid === 0, 'the engine is still there');
      await waitForState('running');
    } finally {
      await attempt('systemctl stop fake-logind.service');
      await guest(
        'systemctl unmask --runtime systemd-logind.service && systemctl start systemd-logind.service',
      );
    }
    await sleep(1000);
    const { frames, summary } = await consumer.stop();
    assertNoRoom(frames, 'the sleep');
    assert.equal(summary.silentSeconds, 0);
    assert.ok(frames.some((frame) => shown(frame) === 'placeholder'));
    await waitForState('idle');
    await eventually(
      () => guest('systemd-inhibit --list --no-legend --no-pager || true'),
      (list) => !list.includes('Backscrub'),
      'the delay lock is still held',
    );
  });
});

describe('applications', () => {
  test(
    'one that opens and closes as fast as it can gets one engine, and leaves nothing behind',
    patient(async () => {
      await showClip(CLIP);
      const device = await virtualCamera();
      const starts = async (): Promise<number> =>
        Number((await property<Record<string, { data: unknown }>>('Statistics'))['engine-starts']?.data);
      const before = await starts();
      const opens = await guest(
        `end=$(($(date +%s) + 10)); n=0; while [ $(date +%s) -lt $end ]; do v4l2-ctl -d ${device} --stream-mmap --stream-count=1 >/dev/null 2>&1; n=$((n + 1)); done; echo $n`,
      );
      const engines = (await starts()) - before;
      figure('an application that flaps', `${opens} opens in 10 s, ${engines} engine starts`);
      undisturbed(Number(opens) > 5, `${opens} opens`);
      undisturbed(engines <= 1 + Math.floor(10 / 2), `${engines} engines`);
      await waitForState('idle');
      // It says so when it tells the engine to end.
      await eventually(enginePid, (pid) => pid === 0, 'the engine is still there');
      const service = await servicePid();
      await eventually(
        () => guest(`ps -o stat= --ppid ${service} | grep -c Z || true`),
        (zombies) => zombies === '0',
        'a process is not reaped',
      );
    }),
  );

  test('a snapshot is what the application sees', async () => {
    await call('SetBackground', 's', 'color:#00c040');
    await call('SetMode', 's', 'replace');
    assert.match(await refused('Snapshot', 'a{sv}', '0'), /no application reads/);
    const consumer = await watch('snapshot');
    await waitForState('running');
    await sleep(1000);
    await guest(
      'backscrubctl snapshot --force /tmp/snapshot.jpg && mv /tmp/snapshot.jpg /mnt/output/snapshot.jpg',
    );
    const { data, info } = await sharp(readFileSync(join(OUTPUT, 'snapshot.jpg')))
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [640, 360]);
    for (const at of [0, info.width - 1]) {
      const colour = [...data.subarray(at * 3 + 3 * 640 * 4, at * 3 + 3 * 640 * 4 + 3)];
      for (const [i, value] of [0, 0xc0, 0x40].entries())
        assert.ok(Math.abs((colour[i] ?? -99) - value) < 12, `a corner is ${colour.join()}`);
    }
    await consumer.stop();
    await call('SetBackground', 's', BACKGROUND);
  });

  test('another resolution waits for the reader, and the device has it afterwards', async () => {
    const device = await virtualCamera();
    // While the service opens it anew the node has no format.
    const size = async (): Promise<string> =>
      /Width\/Height\s*: (\d+\/\d+)/.exec(
        (await attempt(`v4l2-ctl -d ${device} --get-fmt-video`)).stdout,
      )?.[1] ?? '';
    const consumer = await watch('resolution');
    await waitForState('running');
    await set('Resolution', 's', '640x480');
    try {
      await sleep(1000);
      assert.equal(await size(), '1280/720');
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'the wish for another resolution');
      assert.equal(summary.silentSeconds, 0);
      await waitForState('idle');
      await eventually(size, (answer) => answer === '640/480', 'the format does not change');
    } finally {
      await consumer.stop().catch(() => undefined);
      await set('Resolution', 's', 'auto');
      await waitForState('idle');
      await eventually(size, (answer) => answer === '1280/720', 'the format does not change back');
    }
  });
});

describe('the module', () => {
  test('without exclusive_caps: the service says so and what to do', async () => {
    await stopCamera();
    await reloadLoopback('exclusive_caps=0 devices=1 card_label=Backscrub');
    try {
      const [, text] = await eventually(
        () => property<[string, string]>('LastError'),
        ([code]) => code !== '',
        'no error',
      );
      figure('error', text);
      assert.match(text, /exclusive_caps=1.*modprobe -r v4l2loopback/);
      assert.equal(await property('State'), 'idle');
    } finally {
      await reloadLoopback('');
    }
    await eventually(
      () => property<[string, string]>('LastError'),
      ([code]) => code === '',
      'the error stays',
    );
    await plugCamera();
  });
});

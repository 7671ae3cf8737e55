import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  occupyCamera,
  plugCamera,
  plugInClip,
  releaseCamera,
  showClip,
  showFrames,
  stopCamera,
  unplugCamera,
} from '../camera.js';
import { figure } from '../figures.js';
import { attempt, endConsumer, eventually, guest, sleep } from '../guest.js';
import { removeModule, unloadLoopback } from '../modules.js';
import { atLeast, knownPace, patient } from '../pace.js';
import { between, describeRun, frameRate, mean, shown } from '../records.js';
import { call, cameraIsReleased, property, refused, servicePid, waitForState } from '../service.js';
import { assertNoRoom, BACKGROUND, isComposed, underWay, virtualCamera, watch } from './setting.js';

const CLIP = { format: 'YUYV', width: 1280, height: 720 } as const;

/** Runs a scenario and sees to it that the very same service process goes on answering. */
async function survived<T>(scenario: () => Promise<T>): Promise<T> {
  const before = await servicePid();
  const result = await scenario();
  assert.equal(await servicePid(), before, 'the service has not crashed');
  assert.match(await property('Version'), /\d/);
  return result;
}

async function lastError(): Promise<readonly [name: string, text: string]> {
  return property<[string, string]>('LastError');
}

/** An error is for people: it says what to do next and shows nothing of the program's inside. */
function assertHelpful(text: string, ...words: RegExp[]): void {
  for (const word of words) assert.match(text, word);
  assert.doesNotMatch(text, /\bat .*\.js|node:internal|undefined|\[object|Error:.*Error:/);
  figure('error', text);
}

describe('bad arguments', () => {
  test('pictures', () =>
    survived(async () => {
      await call('SetBackground', 's', BACKGROUND);
      const cases: readonly [path: string, ...words: RegExp[]][] = [
        ['/root/secret.png', /secret\.png/, /read/],
        ['/usr/share/bed/100-megapixels.png', /100 megapixels|10000/, /smaller|at most/],
        ['/usr/share/bed/text.png', /text\.png/, /JPEG|PNG/],
        ['/usr/share/bed/nothing.png', /nothing\.png/, /no (such )?file|not there|does not exist/i],
        ['/usr/share/bed', /\/usr\/share\/bed/, /file/],
        ['/dev/zero', /\/dev\/zero/, /file/],
        ['background.png', /absolute|color:/],
        ['color:red', /color:red/, /color:#/],
      ];
      for (const [path, ...words] of cases)
        assertHelpful(await refused('SetBackground', 's', path), ...words);
      assert.equal(await property('Background'), BACKGROUND, 'what was chosen stays');
    }));

  test('modes and signatures', () =>
    survived(async () => {
      const mode = await property('Mode');
      assertHelpful(await refused('SetMode', 's', 'invisible'), /invisible/, /blur/);
      assertHelpful(await refused('SetMode', 'u', '3'), /SetMode|string|\bs\b/);
      assertHelpful(await refused('SetMode'), /SetMode|string|argument|\bs\b/);
      assertHelpful(await refused('Start', 's', 'now'), /Start|argument/);
      assertHelpful(await refused('Dance'), /Dance/);
      assertHelpful(
        (await attempt('busctl set-property org.backscrub /org/backscrub org.backscrub BlurStrength u 101'))
          .stderr,
        /100/,
      );
      assertHelpful(
        (await attempt('busctl set-property org.backscrub /org/backscrub org.backscrub State s running'))
          .stderr,
        /State|read/,
      );
      assert.equal(await property('Mode'), mode);
    }));
});

describe('cameras that fail', () => {
  test('no camera', () =>
    survived(async () => {
      await call('SetMode', 's', 'replace');
      await unplugCamera();
      const consumer = await watch('no-camera');
      const [name, text] = await eventually(lastError, ([code]) => code !== '', 'no error');
      assert.match(name, /NoCamera/);
      assertHelpful(text, /camera/i, /plug|connect/i);
      assert.equal(await property('State'), 'failed');
      await sleep(1500);
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'no camera');
      assert.equal(summary.silentSeconds, 0);
      assert.deepEqual([...new Set(frames.map(shown))], ['placeholder']);
    }));

  test('a camera that is plugged in during the call is used', () =>
    survived(async () => {
      const consumer = await watch('plugged-in');
      await eventually(lastError, ([code]) => code !== '', 'no error');
      await plugInClip(CLIP);
      await waitForState('running');
      await sleep(2000);
      const { frames } = await consumer.stop();
      assertNoRoom(frames, 'the camera plugged in');
      assert.ok(frames.some(isComposed));
      assert.deepEqual(await lastError(), ['', '']);
    }));

  test('busy', () =>
    survived(async () => {
      await showClip(CLIP);
      try {
        await occupyCamera();
        const consumer = await watch('busy');
        const isBusy = ([code]: readonly [string, string]): boolean => code.endsWith('.CameraBusy');
        const [, text] = await eventually(lastError, isBusy, 'not told as busy');
        assertHelpful(text, /Test Camera|\/dev\/video/, /close|end|stop/i);
        await releaseCamera();
        await waitForState('running');
        await sleep(2000);
        const { frames } = await consumer.stop();
        assertNoRoom(frames, 'the busy camera');
        assert.ok(frames.some(isComposed), 'the camera is used as soon as it is free');
      } finally {
        await releaseCamera();
      }
    }));

  test('a camera that sends nothing more', () =>
    survived(async () => {
      await showClip(CLIP);
      const consumer = await watch('silent');
      await waitForState('running');
      await sleep(1000);
      await guest('systemctl kill --signal=STOP feeder.service');
      const [name, text] = await eventually(lastError, ([code]) => code !== '', 'no error');
      assert.match(name, /NoCamera|CameraBusy|Failed/);
      assertHelpful(text, /Test Camera|camera/i);
      await guest('systemctl kill --signal=CONT feeder.service');
      await waitForState('running');
      await sleep(2000);
      const { frames, summary } = await consumer.stop();
      assertNoRoom(frames, 'the silent camera');
      assert.equal(summary.silentSeconds, 0);
    }));

  test('unplugged in mid-stream', () =>
    survived(async () => {
      await unplugCamera();
      try {
        await guest('modprobe vivid n_devs=1 node_types=0x1 && udevadm settle');
        const consumer = await watch('unplugged');
        await waitForState('running');
        await sleep(1000);
        await guest('echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind');
        const [name, text] = await eventually(lastError, ([code]) => code !== '', 'no error');
        assert.match(name, /NoCamera/);
        assertHelpful(text, /unplugged|vivid|camera/i, /plug|choose/i);
        await cameraIsReleased();
        await sleep(1500);
        const { frames, summary } = await consumer.stop();
        assert.equal(summary.silentSeconds, 0);
        assert.equal(frames.at(-1) && shown(frames.at(-1) ?? ([] as never)), 'placeholder');
      } finally {
        await endConsumer();
        await removeModule('vivid');
      }
    }));

  test(
    'damaged MJPG pictures',
    patient(async () => {
      const { frames, summary } = await survived(async () => {
        await showFrames({ ...CLIP, format: 'MJPG' }, 'damaged-1280x720.frames');
        const consumer = await watch('damaged');
        await waitForState('running');
        await sleep(8000);
        return consumer.stop();
      });
      const steady = between(frames, underWay(frames, await knownPace()));
      const rate = frameRate(steady);
      figure('every fourth MJPG picture damaged', describeRun(steady));
      assertNoRoom(frames, 'the damaged pictures');
      assert.equal(summary.silentSeconds, 0);
      atLeast(rate, 20, `of the whole pictures ${rate.toFixed(1)} a second come through`);
      // A torn picture would show a grey or old lower half in place of the person.
      assert.ok(
        steady.every((frame) => frame.person < 8),
        'only whole pictures are shown',
      );
      assert.ok(mean(steady.map((frame) => frame.person)) <= 3);
    }),
  );
});

describe('no virtual camera', () => {
  test('the module is not loaded: the service says so, and goes on when it is there', async () => {
    await endConsumer();
    await stopCamera();
    const device = await virtualCamera();
    await waitForState('idle');
    try {
      // As on a system where the module is not installed: asking for it fails.
      await unloadLoopback();
      await guest(`mkdir -p /run/modprobe.d &&
        echo 'install v4l2loopback /bin/false' > /run/modprobe.d/absent.conf && systemctl start backscrub.service`);
      assert.equal(await property('VirtualCamera'), '');
      const [name, text] = await lastError();
      assert.match(name, /NoVirtualCamera/);
      assertHelpful(text, /v4l2loopback/, /modprobe/);
      assertHelpful(await refused('Start'), /v4l2loopback/, /modprobe/);
      await guest('rm /run/modprobe.d/absent.conf && modprobe v4l2loopback');
    } finally {
      await attempt(
        'rm -f /run/modprobe.d/absent.conf; modprobe v4l2loopback; systemctl start backscrub.service',
      );
    }
    await eventually(
      () => property('VirtualCamera'),
      (path) => path !== '',
      'the service does not find its device',
    );
    assert.equal(await property('VirtualCamera'), device);
    await call('Start');
    assert.equal(await property('State'), 'idle');
    assert.deepEqual(await lastError(), ['', '']);
    await plugCamera();
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { CAMERA_ROW, healthy, setUpSession } from '../testing/fake-ports.js';
import { parseCamera } from './camera.js';

const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('ids, and what is none', () => {
  assert.equal(parseCamera('usb-Acme-video-index0'), 'usb-Acme-video-index0');
  assert.equal(parseCamera(''), '');
  for (const bad of ['/dev/video0', 'a\0b', 'x'.repeat(501)])
    assert.throws(() => parseCamera(bad), code('NoCamera'));
});

test('without an engine a camera that is there is kept for the next one', async () => {
  const { session, world, engine, consumers } = setUpSession();
  world.cameras = [CAMERA_ROW, { ...CAMERA_ROW, id: 'usb-2' }];
  await session.setCamera('usb-2');
  assert.equal(session.properties().Camera, 'usb-2');
  assert.equal(session.settings().camera, 'usb-2');
  await assert.rejects(session.setCamera('usb-3'), (error: unknown) =>
    /"Camera" \(usb-1\).*usb-2/.test(String(error)),
  );
  assert.equal(session.settings().camera, 'usb-2');
  consumers(1);
  assert.equal(engine.setups[0]?.camera, 'usb-2');
});

test('a running engine decides, and the camera that is in use is told', async () => {
  const { session, engine, consumers } = setUpSession({ camera: 'usb-2' });
  engine.behave = healthy;
  consumers(1);
  assert.equal(session.properties().Camera, 'usb-1', 'another one stands in');
  const change = session.setCamera('usb-9');
  await tick();
  const question = engine.sent.at(-1);
  assert.ok(question?.type === 'camera' && question.camera === 'usb-9');
  const error = { code: 'CameraBusy', message: 'cheese has it' } as const;
  engine.say({ type: 'camera-refused', serial: question.serial, error });
  await assert.rejects(change, code('CameraBusy'));
  assert.equal(session.settings().camera, 'usb-2');
});

test('the list marks what is chosen, in use, and away', async () => {
  const { session, engine, consumers } = setUpSession({ camera: 'usb-2' });
  engine.behave = healthy;
  consumers(1);
  const plain = (await session.listCameras()).map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])),
  );
  assert.deepEqual(
    plain.map(({ id, path, present, chosen, usable, 'in-use': used }) => [
      id,
      path,
      present,
      chosen,
      usable,
      used,
    ]),
    [
      ['usb-1', '/dev/video0', true, false, true, true],
      ['usb-2', '', false, true, false, false],
    ],
  );
});

test('the one that was chosen may be chosen again while it is away; automatic always', async () => {
  const { session } = setUpSession({ camera: 'usb-2' });
  await session.setCamera('usb-2');
  await session.setCamera('');
  assert.equal(session.settings().camera, '');
});

test('devices that come or go: the engine hears of it, the virtual camera is looked for, the format is asked for', async () => {
  const { engine, virtualCamera, world, consumers } = setUpSession();
  engine.behave = healthy;
  consumers(1);
  world.news();
  assert.deepEqual(engine.sent.at(-1), { type: 'cameras-changed' });
  assert.equal(virtualCamera.retries, 1);
  assert.equal(world.questions, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import { CAMERA_ROW, healthy, setUpSession } from '../testing/fake-ports.js';
import { formatOf, isWhole, parseFrameRate, parseResolution } from './format.js';
import type { OutputFormat } from './ports.js';

const invalid = (error: unknown) => error instanceof BackscrubError && error.code === 'InvalidArgs';

test('resolutions and rates, and what is none', () => {
  assert.equal(parseResolution('auto'), 'auto');
  assert.equal(parseResolution('0640x480'), '640x480');
  assert.equal(parseResolution('4096x32'), '4096x32');
  for (const bad of [
    '',
    'Auto',
    '640',
    '641x480',
    '640x481',
    '30x30',
    '4098x480',
    '640x480x3',
    '640X480',
    '-640x480',
  ])
    assert.throws(() => parseResolution(bad), invalid, bad);
  for (const good of [0, 1, 240]) assert.equal(parseFrameRate(good), good);
  for (const bad of [-1, 241, 29.97, Number.NaN]) assert.throws(() => parseFrameRate(bad), invalid);
});

test('what is left open comes from the camera', () => {
  assert.deepEqual(formatOf('auto', 0), {});
  assert.deepEqual(formatOf('640x480', 0), { width: 640, height: 480 });
  assert.equal(isWhole(formatOf('640x480', 0)), false);
  assert.equal(isWhole(formatOf('640x480', 25)), true);
});

test('a change is made at once when nobody reads', async () => {
  const { session, virtualCamera, world } = setUpSession();
  await session.setResolution('640x480');
  await session.setFrameRate(15);
  assert.deepEqual(virtualCamera.format, { width: 640, height: 480, frameRate: 15 });
  assert.equal(session.properties().Resolution, '640x480');
  assert.equal(session.properties().Statistics['width']?.value, 640);
  const formats = virtualCamera.formats.length;
  await session.setResolution('640x480');
  assert.equal(virtualCamera.formats.length, formats, 'no change, no opening anew');
  await assert.rejects(session.setResolution('large'), invalid);
  await assert.rejects(session.setFrameRate(1000), invalid);
  assert.equal(session.properties().FrameRate, 15);
  assert.ok(world.changes > 0);
});

test('while somebody reads it is remembered, and made when the last one has gone and the engine with it', async () => {
  const { session, engine, virtualCamera, clock, consumers } = setUpSession({ frameRate: 30 });
  engine.behave = healthy;
  consumers(1);
  await session.setResolution('640x480');
  assert.equal(session.properties().Resolution, '640x480');
  assert.equal(session.settings().resolution, '640x480');
  assert.deepEqual(virtualCamera.formats, []);
  consumers(0);
  assert.deepEqual(virtualCamera.formats, [], 'it may come back');
  clock.advance(2000);
  assert.deepEqual(virtualCamera.formats, [{ width: 640, height: 480, frameRate: 30 }]);
  consumers(1);
  assert.deepEqual(engine.setups.at(-1)?.output, { width: 640, height: 480, frameRate: 30 });
});

test('a reader of a stopped camera counts, too', async () => {
  const { session, virtualCamera, consumers } = setUpSession({ started: false, frameRate: 30 });
  consumers(1);
  await session.setResolution('640x480');
  assert.deepEqual(virtualCamera.formats, []);
  consumers(0);
  assert.equal(virtualCamera.formats.length, 1);
});

test('a module that does not count its readers: at the next Stop', async () => {
  const { session, engine, virtualCamera, consumers } = setUpSession({ frameRate: 30 });
  engine.behave = healthy;
  virtualCamera.onDemand = false;
  consumers(1);
  await session.setResolution('640x480');
  assert.deepEqual(virtualCamera.formats, []);
  await session.stop();
  assert.equal(virtualCamera.formats.length, 1);
});

test('automatic follows the camera: chosen anew, plugged in, or away', async () => {
  const { session, virtualCamera, world } = setUpSession();
  world.format = { width: 640, height: 480, frameRate: 30 };
  world.news();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(virtualCamera.format, world.format);
  world.format = { width: 1920, height: 1080, frameRate: 60 };
  world.cameras = [{ ...CAMERA_ROW, id: 'usb-2' }];
  await session.setCamera('usb-2');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(virtualCamera.format, world.format);
  world.format = undefined;
  world.news();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(virtualCamera.format.width, 1920, 'without a camera all stays as it is');
  const asked = world.questions;
  await session.setFrameRate(25);
  await session.setResolution('800x600');
  world.news();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(world.questions <= asked + 1, 'a camera that has nothing to say is not asked');
  assert.deepEqual(virtualCamera.format, { width: 800, height: 600, frameRate: 25 });
});

test('a format that the device does not take is tried once, and again when something has changed', async () => {
  const { session, virtualCamera, clock, consumers, world } = setUpSession({ frameRate: 30 });
  virtualCamera.refuses = true;
  await session.setResolution('640x480');
  assert.equal(virtualCamera.formats.length, 1);
  consumers(1);
  consumers(0);
  clock.advance(2000);
  assert.equal(session.isBusy, false);
  assert.equal(virtualCamera.formats.length, 1);
  assert.equal(virtualCamera.format.width, 1280);
  virtualCamera.refuses = false;
  world.news();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(virtualCamera.format.width, 640);
});

test('an answer that is late does not undo a later one', async () => {
  const { session, virtualCamera, answers } = setUpLate();
  const slow = session.setFrameRate(25);
  const quick = session.setResolution('640x480');
  await quick;
  answers[0]?.({ width: 1920, height: 1080, frameRate: 60 });
  await slow;
  assert.deepEqual(virtualCamera.format, { width: 640, height: 480, frameRate: 25 });
});

/** A camera that answers when it is told to. */
function setUpLate() {
  const world = setUpSession();
  const answers: ((format: OutputFormat) => void)[] = [];
  world.world.cameraFormat = () =>
    new Promise((resolve) => {
      answers.push(resolve);
    });
  return { ...world, answers };
}

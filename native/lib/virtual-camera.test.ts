import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Backdrop } from './backdrop.js';
import { Canvas, RoomCanvas } from './canvas.js';
import { DeviceError } from './device-error.js';
import { Frame } from './frame.js';
import { VirtualCamera } from './virtual-camera.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-resume-'));
after(() => rmSync(folder, { recursive: true }));

/** With a real node: test/system/scenarios/security.ts. */
for (const path of ['/dev/null', join(folder, 'file')]) {
  test(`a descriptor of ${path} is no virtual camera, and is closed`, () => {
    const fd = openSync(path, 'a');
    assert.throws(
      () => VirtualCamera.resume(fd),
      (error) => error instanceof DeviceError && error.kind === 'unsupported',
    );
    assert.throws(() => fstatSync(fd), /EBADF/);
  });
}

test('a descriptor that is not open is no virtual camera', () => {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  assert.throws(
    () => VirtualCamera.resume(fd),
    (error) => error instanceof DeviceError && error.kind === 'unsupported',
  );
});

test('the last picture is shown again while the event loop is blocked, and never after the end', async () => {
  const [width, height] = [64, 32];
  const path = join(folder, 'shown');
  const camera = VirtualCamera.adopt(openSync(path, 'a'), { width, height, frameRate: 30 });
  const canvas = new Canvas(width, height);
  const frame = new Backdrop(width, height);
  const block = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end; );
  };
  const shown = (): number => statSync(path).size / (width * height * 2);
  frame.fill(90, 128, 128);
  canvas.cover(frame);
  camera.writeCanvas(canvas);
  camera.repeat(canvas, 20);
  block(200);
  const during = shown();
  assert.ok(during >= 4 && during <= 12, `${during} pictures in 200 ms`);
  frame.fill(200, 128, 128);
  canvas.cover(frame);
  camera.writeCanvas(canvas);
  camera.stopRepeating();
  const after = shown();
  block(100);
  assert.equal(shown(), after);
  const bytes = readFileSync(path);
  assert.equal(bytes[0], 90);
  assert.equal(bytes.at(-2), 200);
  // It can begin again, and ends with the camera.
  camera.repeat(canvas, 20);
  block(100);
  assert.ok(shown() > after);
  camera.close();
  const end = shown();
  block(100);
  assert.equal(shown(), end);
});

test('once it is overwritten nothing shows the room: it is not repeated, and older pictures are pushed out', () => {
  const [width, height] = [64, 32];
  const path = join(folder, 'room');
  const camera = VirtualCamera.adopt(openSync(path, 'a'), { width, height, frameRate: 30 });
  const [canvas, room] = [new Canvas(width, height), new RoomCanvas(width, height)];
  const camerasPicture = new Frame(width, height);
  camerasPicture.fill(200, 128, 128);
  const block = (ms: number): void => {
    for (const end = performance.now() + ms; performance.now() < end; );
  };
  const lumas = (): number[] => {
    const bytes = readFileSync(path);
    return Array.from(
      { length: bytes.length / (width * height * 2) },
      (_, i) => bytes[i * width * height * 2] ?? -1,
    );
  };
  camera.repeat(canvas, 10);
  room.draw(camerasPicture);
  camera.writeRoom(room);
  assert.equal(lumas().at(-1), 200);
  const before = lumas().length;
  block(60);
  assert.equal(lumas().length, before, 'nothing is shown again beside the room');
  assert.equal(camera.overwrite(canvas), true);
  camera.repeat(canvas, 10);
  block(60);
  const after = lumas().slice(before);
  // A file does not say how many pictures it keeps: it counts as a node with the most.
  assert.ok(after.length > 32, `${after.length} pictures`);
  assert.ok(after.every((luma) => luma === 16));
  for (const wrong of [room, camerasPicture]) {
    assert.throws(() => camera.overwrite(wrong as unknown as Canvas), TypeError);
    assert.throws(() => camera.repeat(wrong as unknown as Canvas, 10), TypeError);
    assert.throws(() => camera.writeCanvas(wrong as unknown as Canvas), TypeError);
  }
  camera.close();
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Backdrop, Canvas, EffectChain, Frame, Matte, RoomCanvas } from './index.js';

/** Neither is a whole number of tiles (64 x 32). */
const WIDTH = 322;
const HEIGHT = 198;

function filled<T extends Frame>(frame: T, y: number, cb = 128, cr = 128): T {
  frame.fill(y, cb, cr);
  return frame;
}

/** A person between two columns. */
function person(matte: Matte, left: number, right: number): void {
  const alpha = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = HEIGHT / 4; y < HEIGHT; y++) {
    for (let x = left; x < right; x++) {
      alpha[Math.floor(y) * WIDTH + x] = Math.min(255, 60 * Math.min(x - left + 1, right - x));
    }
  }
  matte.loadAlpha(alpha);
}

function packed(canvas: Canvas | RoomCanvas): Buffer {
  const bytes = Buffer.alloc(WIDTH * HEIGHT * 2);
  canvas.store(bytes);
  return bytes;
}

function drawn(frame: Frame): Buffer {
  const room = new RoomCanvas(WIDTH, HEIGHT);
  room.draw(frame);
  return packed(room);
}

test('a canvas shows what a composed frame would show, whatever was there before', () => {
  const canvas = new Canvas(WIDTH, HEIGHT);
  const matte = new Matte(WIDTH, HEIGHT, 1, 1);
  const backgrounds = [filled(new Backdrop(WIDTH, HEIGHT), 200), filled(new Backdrop(WIDTH, HEIGHT), 90)];
  const foreground = filled(new Frame(WIDTH, HEIGHT), 60, 90, 200);
  const output = new Frame(WIDTH, HEIGHT);
  let step = 0;
  for (const left of [64, 200, 0, 200, 100]) {
    person(matte, left, left + 80);
    for (const background of [...backgrounds, ...backgrounds]) {
      if (step++ % 3 === 0) background.fill(step * 5, 128, 128);
      if (step % 5 === 0) {
        canvas.cover(background);
        assert.deepEqual(packed(canvas), drawn(background));
      }
      matte.compose(foreground, background, output);
      canvas.compose(matte, foreground, background);
      assert.deepEqual(packed(canvas), drawn(output), `step ${step}`);
    }
  }
});

test('what nothing was written into is black', () => {
  const black = drawn(filled(new Frame(WIDTH, HEIGHT), 16));
  assert.deepEqual(packed(new Canvas(WIDTH, HEIGHT)), black);
  assert.deepEqual(packed(new RoomCanvas(WIDTH, HEIGHT)), black);
  assert.deepEqual(drawn(new Frame(WIDTH, HEIGHT)), black);
});

test('a canvas takes no frame that may show the room, and a backdrop no picture of a camera', () => {
  const canvas = new Canvas(WIDTH, HEIGHT);
  const matte = new Matte(WIDTH, HEIGHT, 1, 1);
  const [camera, backdrop, other] = [
    new Frame(WIDTH, HEIGHT),
    new Backdrop(WIDTH, HEIGHT),
    new Backdrop(WIDTH, HEIGHT),
  ];
  const wrong = camera as Backdrop;
  assert.throws(() => canvas.cover(wrong), TypeError);
  assert.throws(() => canvas.compose(matte, camera, wrong), TypeError);
  assert.equal('draw' in canvas, false);
  const chain = new EffectChain(WIDTH, HEIGHT, ['mirror', 'vignette']);
  for (const into of [
    () => backdrop.copyFrom(camera),
    () => backdrop.coverFrom(camera),
    () => backdrop.mixFrom(camera, other, 0.5),
    () => backdrop.mixFrom(other, camera, 0.5),
    () => matte.compose(camera, other, backdrop),
    () => matte.blur(camera, 0, backdrop),
    () => chain.applyToInput(camera, backdrop),
    () => chain.applyToForeground(camera, undefined, backdrop),
    () => chain.applyToBackground(camera, backdrop),
  ]) {
    assert.throws(into, TypeError, String(into));
  }
  // What hides the room, and what comes of other backdrops.
  matte.blur(camera, 1, backdrop);
  matte.store(backdrop);
  backdrop.copyFrom(other);
  backdrop.coverFrom(new Backdrop(10, 10));
  backdrop.mixFrom(other, other, 0.5);
  chain.applyToBackground(other, backdrop);
  camera.copyFrom(backdrop);
});

/**
 * Identities are counted from the process's beginning, so this takes a fresh one. After the room, or a person, was in each tile,
 * the first picture that is decoded has to be seen in all of them.
 */
test('in a fresh process the first decoded picture fills the canvas, at one size and the next', () => {
  const script = `
    import assert from 'node:assert/strict';
    import { Backdrop, Canvas, decodeMjpg, encodeJpeg, Frame, Matte, RoomCanvas } from ${JSON.stringify(import.meta.resolve('./index.js'))};
    const jpegOf = (width, height) => {
      const [room, frame] = [new RoomCanvas(width, height), new Frame(width, height)];
      frame.fill(200, 128, 128);
      room.draw(frame);
      return encodeJpeg(room, width, height, 90);
    };
    for (const [width, height] of [[128, 96], [130, 98], [128, 96]]) {
      const jpeg = jpegOf(width, height);
      const matte = new Matte(width, height, 1, 1);
      const canvas = new Canvas(width, height);
      const [camera, old, next] = [new Frame(width, height), new Backdrop(width, height), new Backdrop(width, height)];
      camera.fill(60, 128, 128);
      matte.loadAlpha(Buffer.alloc(width * height, 255));
      canvas.compose(matte, camera, old);
      assert.ok(decodeMjpg(jpeg, next));
      matte.loadAlpha(Buffer.alloc(width * height));
      canvas.compose(matte, camera, next);
      const bytes = Buffer.alloc(width * height * 2);
      canvas.store(bytes);
      for (let i = 0; i < bytes.length; i += 2) assert.ok(Math.abs(bytes[i] - 200) <= 2, width + ': ' + bytes[i]);
    }`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
});

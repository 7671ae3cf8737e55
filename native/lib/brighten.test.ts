import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EffectChain, Frame, Matte } from './index.js';

const WIDTH = 320;
const HEIGHT = 192;
const LUMA = WIDTH * HEIGHT;

/** The person stands between two columns of the map's 64. */
function standing(from: number, to: number): Matte {
  const map = new Float32Array(64 * 64);
  for (let y = 0; y < 64; y++) map.fill(1, y * 64 + from, y * 64 + to);
  const frame = new Frame(WIDTH, HEIGHT);
  const matte = new Matte(WIDTH, HEIGHT, 64, 64);
  matte.begin(frame);
  matte.update(frame, map, 0, 0, WIDTH, HEIGHT);
  return matte;
}

/** In the middle half of the frame's width. */
const wide = standing(16, 48);

/** A person with luma from about half of `level` to one and a half of it, and a room of one luma. */
function scene(level: number, room = 120): Buffer {
  const bytes = Buffer.alloc((LUMA * 3) / 2, 140);
  for (let i = 0; i < LUMA; i++) {
    const x = i % WIDTH;
    const person = x >= WIDTH / 4 - 8 && x < (WIDTH * 3) / 4 + 8;
    bytes[i] = person ? Math.round(16 + level * (0.5 + ((i * 37) % 101) / 100)) : room;
  }
  return bytes;
}

class Stream {
  chain = new EffectChain(WIDTH, HEIGHT, ['brighten']);
  readonly #input = new Frame(WIDTH, HEIGHT);
  readonly #output = new Frame(WIDTH, HEIGHT);

  next(bytes: Uint8Array, matte = wide): Buffer {
    this.#input.loadI420(bytes);
    this.chain.applyToForeground(this.#input, matte, this.#output);
    const out = Buffer.alloc(bytes.length);
    this.#output.storeI420(out);
    return out;
  }

  /** Mean luma of the middle of the person. */
  level(bytes: Uint8Array): number {
    const out = this.next(bytes);
    let sum = 0;
    for (let y = 0; y < HEIGHT; y++)
      for (let x = WIDTH / 2 - 32; x < WIDTH / 2 + 32; x++) sum += out[y * WIDTH + x] ?? 0;
    return sum / HEIGHT / 64;
  }
}

test('somebody in the dark is lifted at once, monotonously, and with their colours', () => {
  const bytes = scene(30);
  const out = new Stream().next(bytes);
  const by = new Map<number, number>();
  for (let i = 0; i < LUMA; i++) if (i % WIDTH > 120 && i % WIDTH < 200) by.set(bytes[i] ?? 0, out[i] ?? 0);
  let last = 0;
  for (const [before, after] of [...by].sort(([a], [b]) => a - b)) {
    assert.ok(after >= last && after > before, `${before} became ${after}`);
    last = after;
  }
  assert.ok(last > 110 && last < 200, `highlights at ${last}`);
  assert.ok((out[LUMA + 48 * 160 + 80] ?? 0) > 145, 'Cb goes away from grey');
});

test('somebody in good light stays as they are', () => {
  const bytes = scene(110);
  const out = new Stream().next(bytes);
  for (let i = 0; i < LUMA; i++) if (i % WIDTH > 120 && i % WIDTH < 200) assert.equal(out[i], bytes[i]);
});

test('what the room looks like makes no difference', () => {
  const [bright, dark] = [new Stream().level(scene(40, 235)), new Stream().level(scene(40, 16))];
  assert.equal(bright, dark);
});

test('somebody so small that no part of the frame is theirs alone is measured too', () => {
  const bytes = scene(30);
  const out = new Stream().next(bytes, standing(28, 37));
  const at = (HEIGHT / 2) * WIDTH + WIDTH / 2;
  assert.ok((out[at] ?? 0) > (bytes[at] ?? 0) + 10);
});

test('small changes of the light do not make it pump', () => {
  const stream = new Stream();
  stream.level(scene(40));
  for (let i = 0; i < 40; i++) {
    const level = 40 * (1 + 0.08 * Math.sin(i));
    const alone = new Stream();
    // The gain is what it was: the same picture comes out as after the first frame.
    stream.level(scene(level));
    assert.equal(stream.level(scene(40)), alone.level(scene(40)), `frame ${i}`);
  }
});

test('a lamp that goes on is followed slowly, and to the end', () => {
  const stream = new Stream();
  stream.level(scene(30));
  let last = stream.level(scene(60));
  const first = last;
  for (let i = 0; i < 90; i++) {
    const level = stream.level(scene(60));
    assert.ok(level <= last, 'no swinging');
    assert.ok(last - level < 8, `a step of ${last - level}`);
    last = level;
  }
  assert.ok(first - last > 15, `${first} to ${last}`);
  assert.ok(Math.abs(last - new Stream().level(scene(60))) < 1.5);
});

test('another chain goes on where the one before was', () => {
  const stream = new Stream();
  stream.level(scene(30));
  const before = stream.level(scene(60));
  stream.chain = new EffectChain(WIDTH, HEIGHT, ['mirror', 'brighten'], stream.chain);
  const after = stream.level(scene(60));
  assert.ok(Math.abs(before - after) < 8, `${before} to ${after}`);
  const fresh = new Stream().level(scene(60));
  assert.ok(Math.abs(fresh - after) > 10, 'a chain that knows nothing would have jumped');
  // Off and on again: what was measured then is worth nothing now.
  const off = new EffectChain(WIDTH, HEIGHT, [], stream.chain);
  stream.chain = new EffectChain(WIDTH, HEIGHT, ['brighten'], off);
  assert.equal(stream.level(scene(60)), fresh);
});

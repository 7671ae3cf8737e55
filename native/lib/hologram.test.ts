import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EffectChain, Frame, Matte } from './index.js';

const WIDTH = 320;

/** Luma of a whole frame as a hologram; the rest of it is grey. */
function hologram(height: number, luma: (x: number, y: number) => number, matte?: Matte): Buffer {
  const size = WIDTH * height;
  const bytes = Buffer.alloc((size * 3) / 2, 128);
  for (let y = 0; y < height; y++) for (let x = 0; x < WIDTH; x++) bytes[y * WIDTH + x] = luma(x, y);
  const [frame, output] = [new Frame(WIDTH, height), new Frame(WIDTH, height)];
  frame.loadI420(bytes);
  new EffectChain(WIDTH, height, ['hologram']).applyToForeground(frame, matte, output);
  output.storeI420(bytes);
  return bytes;
}

const at = (bytes: Buffer, x: number, y: number) => bytes[y * WIDTH + x] ?? 0;

test('at 720 rows, two of five are dark', () => {
  const bytes = hologram(720, () => 180);
  for (let y = 0; y < 720; y++) {
    const value = at(bytes, 100, y);
    if (y % 5 < 2) assert.ok(value < 125, `row ${y} has ${value}`);
    else assert.ok(value > 140, `row ${y} has ${value}`);
  }
});

test('other heights have as many bands, and none is brighter or darker as a whole', () => {
  const average = (height: number) => {
    const bytes = hologram(height, () => 180);
    return bytes.subarray(0, WIDTH * height).reduce((sum, value) => sum + value, 0) / (WIDTH * height);
  };
  const reference = average(720);
  for (const height of [240, 360, 480, 1080]) {
    assert.ok(Math.abs(average(height) - reference) < 1, `${height}: ${average(height)}, 720: ${reference}`);
  }
  const tall = hologram(1440, () => 180);
  for (let y = 0; y < 1440; y++) assert.equal(at(tall, 9, y) < 130, Math.floor(y / 2) % 5 < 2, `row ${y}`);
});

test('it is blue, and the same each time', () => {
  const bytes = hologram(240, (x, y) => 16 + ((x * 7 + y * 13) % 220));
  const size = WIDTH * 240;
  const mean = (plane: Buffer) => plane.reduce((sum, value) => sum + value, 0) / plane.length;
  assert.ok(mean(bytes.subarray(size, (size * 5) / 4)) > 135, 'Cb');
  assert.ok(mean(bytes.subarray((size * 5) / 4)) < 120, 'Cr');
  assert.deepEqual(
    hologram(240, (x, y) => 16 + ((x * 7 + y * 13) % 220)),
    bytes,
  );
});

test('a dot has ghosts 5 pixels to either side, scaled with the height', () => {
  for (const [height, shift] of [
    [720, 5],
    [1440, 10],
    [288, 2],
  ] as const) {
    const [x0, y0] = [160, Math.round(height / 2)];
    const plain = hologram(height, () => 100);
    const dotted = hologram(height, (x, y) => (x === x0 && y === y0 ? 235 : 100));
    const changed: string[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < WIDTH; x++)
        if (Math.abs(at(dotted, x, y) - at(plain, x, y)) > 0) changed.push(`${x - x0},${y - y0}`);
    // At rows that are dark a ghost may be too faint to count.
    for (const place of changed) {
      assert.ok(['0,0', `${shift},${shift}`, `-${shift},-${shift}`].includes(place), `${height}: ${place}`);
    }
    assert.ok(changed.length >= 2, `${height}: ${changed.join(' ')}`);
  }
});

test('nothing of the room comes into the person', () => {
  const height = 192;
  const map = new Float32Array(64 * 64);
  for (let y = 0; y < 64; y++) map.fill(1, y * 64 + 16, y * 64 + 48);
  const frame = new Frame(WIDTH, height);
  const matte = new Matte(WIDTH, height, 64, 64);
  matte.begin(frame);
  matte.update(frame, map, 0, 0, WIDTH, height);
  const alpha = Buffer.alloc(WIDTH * height);
  matte.storeAlpha(alpha);
  const inRoom = (value: number) =>
    hologram(height, (x, y) => ((alpha[y * WIDTH + x] ?? 0) > 0 ? 100 + (x % 50) : value), matte);
  const [bright, dark] = [inRoom(235), inRoom(16)];
  let person = 0;
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] === 0) continue;
    assert.equal(bright[i], dark[i], `pixel ${i % WIDTH}, ${Math.floor(i / WIDTH)}`);
    person++;
  }
  assert.ok(person > alpha.length / 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from './index.js';

const WIDTH = 1280;
const HEIGHT = 720;

/** Packed I420 of a frame of one tone, with grain. */
function grainy(luma: number, chroma: number): Buffer {
  const frame = new Frame(WIDTH, HEIGHT);
  frame.fill(luma, chroma, chroma);
  frame.addGrain();
  const bytes = Buffer.alloc((WIDTH * HEIGHT * 3) / 2);
  frame.storeI420(bytes);
  frame.release();
  return bytes;
}

test('a quarter of the samples goes down by one, a half stays, a quarter goes up', () => {
  const bytes = grainy(100, 100);
  const counts = [98, 99, 100, 101, 102].map((level) => bytes.filter((value) => value === level).length);
  const share = (at: number): number => (counts[at] ?? 0) / bytes.length;
  const wanted = [0, 0.25, 0.5, 0.25, 0];
  wanted.forEach((part, at) => {
    assert.ok(Math.abs(share(at) - part) < 0.01, `${share(at)} of them ${at - 2}`);
  });
  const all = counts.reduce((sum, count) => sum + count, 0);
  assert.equal(all, bytes.length);
});

test('it stays within the limited range', () => {
  const [dark, light] = [grainy(16, 16), grainy(235, 240)];
  assert.equal(Math.min(...dark.subarray(0, WIDTH)), 16);
  const luma = light.subarray(0, WIDTH * HEIGHT);
  assert.ok(luma.every((value) => value <= 235) && light.every((value) => value <= 240));
});

test('the same each time, and no row or column like its neighbour', () => {
  const bytes = grainy(100, 100);
  assert.ok(bytes.equals(grainy(100, 100)));
  const row = (y: number): Buffer => bytes.subarray(y * WIDTH, (y + 1) * WIDTH);
  for (let y = 1; y < HEIGHT; y++) assert.ok(!row(y).equals(row(y - 1)), `row ${y}`);
  const noise = (x: number, y: number): number => (bytes[y * WIDTH + x] ?? 0) - 100;
  const alike = (dx: number, dy: number): number => {
    let sum = 0;
    for (let y = 1; y < HEIGHT; y++) {
      for (let x = 1; x < WIDTH; x++) {
        sum += noise(x, y) * noise(x - dx, y - dy);
      }
    }
    return sum / (WIDTH * HEIGHT) / 0.5;
  };
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    assert.ok(Math.abs(alike(dx, dy)) < 0.02, `correlation ${alike(dx, dy)} at ${dx},${dy}`);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pixels, roundCorners } from './round-corners.js';

function opaque(width: number, height: number, rowStride: number): Pixels {
  return { data: new Uint8Array(rowStride * height).fill(255), width, height, rowStride };
}

function alpha({ data, rowStride }: Pixels, x: number, y: number): number {
  return data[y * rowStride + x * 4 + 3] as number;
}

test('all four corners are transparent, alike, and soft; the rest stays', () => {
  const pixels = opaque(40, 20, 176);
  roundCorners(pixels, 6);
  for (const [x, y] of [
    [0, 0],
    [39, 0],
    [0, 19],
    [39, 19],
  ] as const)
    assert.equal(alpha(pixels, x, y), 0);
  const soft = alpha(pixels, 1, 2);
  assert.ok(soft > 0 && soft < 255, `${soft}`);
  assert.equal(alpha(pixels, 38, 17), soft);
  for (const [x, y] of [
    [6, 0],
    [0, 6],
    [20, 10],
    [33, 19],
  ] as const)
    assert.equal(alpha(pixels, x, y), 255);
});

test('colours stay, and so does what is between the rows', () => {
  const pixels = opaque(10, 10, 48);
  roundCorners(pixels, 5);
  assert.deepEqual([...pixels.data.slice(0, 3)], [255, 255, 255]);
  assert.deepEqual([...pixels.data.slice(40, 48)], new Array(8).fill(255));
});

test('what was half transparent stays so', () => {
  const pixels = opaque(20, 20, 80);
  pixels.data.fill(100);
  roundCorners(pixels, 4);
  assert.ok(alpha(pixels, 1, 1) <= 100);
  assert.equal(alpha(pixels, 10, 10), 100);
});

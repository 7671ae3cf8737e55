import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlaceholder } from './placeholder.js';

for (const [width, height] of [
  [1280, 720],
  [640, 480],
  [32, 32],
  [480, 640],
] as const) {
  test(`${width}x${height}: a drawing in the middle, ground at the edges, legal levels`, () => {
    const card = drawPlaceholder(width, height);
    assert.equal(card.length, (width * height * 3) / 2);
    const luma = card.subarray(0, width * height);
    assert.ok(luma.every((value) => value >= 16 && value <= 235));
    assert.equal(new Set(card.subarray(width * height)).size, 2, 'one tint');
    const bright = [...luma.entries()].filter(([, value]) => value > 120).map(([index]) => index);
    assert.ok(bright.length > 0.005 * luma.length && bright.length < 0.1 * luma.length);
    for (const index of bright) {
      const x = index % width;
      const y = Math.floor(index / width);
      assert.ok(Math.abs(x - width / 2) < width / 3 && Math.abs(y - height / 2) < height / 3);
    }
  });
}

test('edges are soft', () => {
  const levels = new Set(drawPlaceholder(640, 480).subarray(240 * 640, 241 * 640));
  assert.ok(levels.size > 3);
});

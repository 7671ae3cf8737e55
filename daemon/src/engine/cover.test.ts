import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverRegion, MIDDLE } from './cover.js';

test('the same shape is taken whole', () => {
  assert.deepEqual(coverRegion(1920, 1080, 1280, 720, [0, 1]), {
    left: 0,
    top: 0,
    width: 1920,
    height: 1080,
  });
});

test('a wide picture is cut at its sides, around the focus', () => {
  const left = (focus: number) => coverRegion(2000, 500, 100, 50, [focus, 0.5]);
  assert.deepEqual(left(0.5), { left: 500, top: 0, width: 1000, height: 500 });
  assert.equal(left(0).left, 0);
  assert.equal(left(0.3).left, 100);
  assert.equal(left(1).left, 1000);
});

test('a high picture is cut above and below', () => {
  assert.deepEqual(coverRegion(90, 400, 160, 90, MIDDLE), { left: 0, top: 175, width: 90, height: 51 });
  assert.equal(coverRegion(90, 400, 160, 90, [0.5, 1]).top, 349);
});

test('extremes stay inside the picture', () => {
  for (const [width, height] of [
    [1, 1],
    [1, 10_000],
    [10_000, 1],
  ] as const) {
    const region = coverRegion(width, height, 1280, 720, [1, 1]);
    assert.ok(region.width >= 1 && region.height >= 1);
    assert.ok(region.left + region.width <= width && region.top + region.height <= height);
  }
});

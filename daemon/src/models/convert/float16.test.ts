import assert from 'node:assert/strict';
import { test } from 'node:test';
import { widenFloat16 } from './float16.js';

const widen = (...halves: number[]) => [...widenFloat16(new Uint8Array(Uint16Array.from(halves).buffer))];

test('known values widen exactly', () => {
  assert.deepEqual(widen(0x3c00, 0xc000, 0x3555, 0x7bff), [1, -2, 0.333251953125, 65504]);
  assert.deepEqual(widen(0x0001, 0x8001, 0x03ff, 0x0400), [2 ** -24, -(2 ** -24), 1023 * 2 ** -24, 2 ** -14]);
  assert.deepEqual(widen(0x0000, 0x8000), [0, -0]);
  assert.deepEqual(widen(0x7c00, 0xfc00, 0x7e00), [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
  ]);
});

test('every finite half follows the definition', () => {
  const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const wide = widenFloat16(new Uint8Array(all.buffer));
  for (const half of all) {
    const exponent = (half >> 10) & 31;
    if (exponent === 31) continue;
    const fraction = half & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    assert.equal(wide[half], half & 0x8000 ? -size : size, `0x${half.toString(16)}`);
  }
});

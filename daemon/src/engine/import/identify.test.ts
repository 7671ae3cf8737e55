import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identify } from './identify.js';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Its checksum is not looked at here. */
function chunk(type: string, ...numbers: readonly number[]): Buffer {
  const whole = Buffer.alloc(12 + 4 * numbers.length);
  whole.writeUInt32BE(4 * numbers.length);
  whole.write(type, 4, 'latin1');
  for (const [i, number] of numbers.entries()) whole.writeUInt32BE(number, 8 + 4 * i);
  return whole;
}

test('a PNG file moves when acTL comes before its data and counts several frames', () => {
  const kind = (...chunks: readonly Buffer[]): string =>
    identify(Buffer.concat([SIGNATURE, ...chunks])).format;
  assert.equal(kind(chunk('IHDR', 0, 0, 0), chunk('acTL', 2, 0), chunk('IDAT')), 'apng');
  assert.equal(kind(chunk('IHDR', 0, 0, 0), chunk('acTL', 1, 0), chunk('IDAT')), 'png');
  assert.equal(kind(chunk('IHDR', 0, 0, 0), chunk('IDAT'), chunk('acTL', 2, 0)), 'png');
});

test('a PNG file of nothing but chunks is not walked through', () => {
  const many = Buffer.concat([SIGNATURE, ...new Array(100_000).fill(chunk('tEXt')), chunk('acTL', 2, 0)]);
  assert.throws(() => identify(many), /more than 1024 elements/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latest } from './latest.js';

/** Writes that end when the test says so. */
function slowWriter() {
  const written: number[] = [];
  const ends: ((failed?: boolean) => void)[] = [];
  let settled = 0;
  const latest = new Latest<number>(
    (value) =>
      new Promise((resolve, reject) => {
        written.push(value);
        ends.push((failed) => (failed ? reject(new Error('no')) : resolve()));
      }),
    () => {
      settled += 1;
    },
  );
  const end = async (failed = false) => {
    ends.shift()?.(failed);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { latest, written, end, settled: () => settled };
}

test('of many values only the first and the last are written, one after the other', async () => {
  const { latest, written, end, settled } = slowWriter();
  for (const value of [1, 2, 3, 4]) latest.push(value);
  assert.deepEqual(written, [1]);
  assert.equal(latest.busy, true);
  await end();
  assert.deepEqual(written, [1, 4]);
  assert.equal(settled(), 0);
  await end();
  assert.deepEqual([latest.busy, settled()], [false, 1]);
});

test('a write that fails does not hold up the next', async () => {
  const { latest, written, end, settled } = slowWriter();
  latest.push(1);
  latest.push(2);
  await end(true);
  assert.deepEqual(written, [1, 2]);
  await end(true);
  assert.deepEqual([latest.busy, settled()], [false, 1]);
  latest.push(3);
  assert.deepEqual(written, [1, 2, 3]);
});

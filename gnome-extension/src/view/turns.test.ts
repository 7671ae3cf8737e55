import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('never more at a time, in order, and a failure ends its turn', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const results = Array.from({ length: 5 }, (_, index) =>
    turns
      .take(async () => {
        begun.push(index);
        await new Promise<void>((resolve, reject) => {
          ends.push((error) => (error === undefined ? resolve() : reject(error)));
        });
        return index;
      })
      .catch((error: unknown) => String(error)),
  );
  await settle();
  assert.deepEqual(begun, [0, 1]);
  ends[1]?.(new Error('busy'));
  await settle();
  assert.deepEqual(begun, [0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await settle();
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  ends[3]?.();
  ends[4]?.();
  assert.deepEqual(await Promise.all(results), [0, 'Error: busy', 2, 3, 4]);
  assert.equal(await turns.take(async () => 'free again'), 'free again');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepLast } from './keep-last.js';

test('the same arguments give the same object, made once', () => {
  let made = 0;
  const rows = [1, 2];
  const list = keepLast((numbers: readonly number[], more: string) => {
    made++;
    return [...numbers.map(String), more];
  });
  const first = list(rows, 'a');
  assert.deepEqual(first, ['1', '2', 'a']);
  assert.equal(list(rows, 'a'), first);
  assert.equal(made, 1);
});

test('another argument, or an equal list that is another object, makes it anew', () => {
  const list = keepLast((numbers: readonly number[], more: string) => [...numbers.map(String), more]);
  const rows = [1];
  const first = list(rows, 'a');
  assert.deepEqual(list(rows, 'b'), ['1', 'b']);
  assert.notEqual(list([1], 'b'), first);
  assert.deepEqual(list([], 'b'), ['b']);
});

test('nobody can change what others will be given', () => {
  const list = keepLast((more: string) => [more]);
  assert.throws(() => (list('a') as string[]).push('b'), TypeError);
});

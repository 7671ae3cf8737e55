import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EFFECTS as NATIVE } from '@backscrub/native';
import { EFFECTS } from '../shared/names.js';

test('the names of effects are those of the native table, in its order', () => {
  assert.deepEqual(
    EFFECTS,
    NATIVE.map(({ name }) => name),
  );
});

test('each effect says what it is and what it touches', () => {
  for (const { title, stage, reads, writes } of NATIVE) {
    assert.match(title, /^[A-Z][a-z]+( [a-z]+)*$/);
    assert.match(stage, /^(input|foreground|background|both|compose)$/);
    assert.match(reads, /^y?u?v?$/);
    assert.match(writes, /^(yuv|uv|y)$/);
  }
});

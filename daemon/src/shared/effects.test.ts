import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEffects } from './effects.js';
import { BackscrubError } from './errors.js';

const refused = (words: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === 'InvalidArgs' && words.test(error.message);

test('the order stays', () => {
  assert.deepEqual(parseEffects(['vignette', 'mirror', 'hologram']), ['vignette', 'mirror', 'hologram']);
  assert.deepEqual(parseEffects([]), []);
});

test('unknown and repeated effects are refused by name', () => {
  assert.throws(
    () => parseEffects(['mirror', 'sepia']),
    refused(/"sepia"; the effects are hologram, mirror, /),
  );
  assert.throws(() => parseEffects(['Mirror']), refused(/"Mirror"/));
  assert.throws(() => parseEffects(['']), refused(/no effect ""/));
  assert.throws(() => parseEffects(['flip', 'mirror', 'flip']), refused(/flip is named twice/));
  assert.throws(
    () => parseEffects(['x'.repeat(5000)]),
    (error: Error) => error.message.length < 200,
  );
});

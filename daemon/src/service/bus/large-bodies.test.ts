import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { LargeBodies, MAX_HELD } from './large-bodies.js';
import { headOf } from './testing/head.js';

const code = (expected: ErrorCode, words: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected && words.test(error.message);

const IMPORT = {
  interface: 'org.backscrub',
  member: 'ImportBackground',
  signature: 'saya{sv}',
  bodyLength: 100_000,
};

function setUp() {
  let released = 0;
  const bodies = new LargeBodies(() => {
    released++;
  });
  return { bodies, released: () => released };
}

test('nothing but an import is collected', () => {
  const { bodies, released } = setUp();
  for (const [name, member, signature] of [
    ['org.backscrub', 'SetBackground', 's'],
    ['org.backscrub', 'ImportBackground', 'say'],
    ['org.example', 'ImportBackground', 'saya{sv}'],
    ['org.backscrub', 'constructor', 'saya{sv}'],
  ] as const) {
    const head = headOf({ interface: name, member, signature, bodyLength: 2 ** 30 });
    assert.throws(() => bodies.admit(head), code('LimitsExceeded', /at most 65536/));
  }
  assert.equal(released(), 0);
  bodies.admit(headOf(IMPORT))();
  assert.equal(released(), 1);
});

test('no more than the limit', () => {
  const { bodies } = setUp();
  const head = headOf({ ...IMPORT, bodyLength: 17 * 1024 * 1024 });
  assert.throws(() => bodies.admit(head), code('LimitsExceeded', /17\.0 MiB; at most 16 MiB/));
});

test('one for each sender, few in all, until they are released', () => {
  const { bodies } = setUp();
  const busy = code('LimitsExceeded', /try again/);
  const admit = (sender: string) => bodies.admit(headOf({ ...IMPORT, sender }));
  const first = admit(':1.1');
  assert.throws(() => admit(':1.1'), busy);
  const others = Array.from({ length: MAX_HELD - 1 }, (_, i) => admit(`:1.${10 + i}`));
  assert.throws(() => admit(':1.99'), busy);
  first();
  const next = admit(':1.99');
  assert.throws(() => admit(':1.100'), busy);
  for (const release of [...others, next]) release();
  admit(':1.1')();
});

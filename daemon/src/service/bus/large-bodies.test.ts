import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { ValueWriter } from '../../shared/message-writer.js';
import { LargeBodies, MAX_HELD } from './large-bodies.js';
import { LargeBody } from './read-guard.js';

const IMPORT = ['org.backscrub', 'ImportBackground'] as const;
const BODY = new ValueWriter().string('sea').bytes(Buffer.alloc(100_000, 9)).dictionary({}).finish();

const large = (signature = 'saya{sv}', length = BODY.length) => new LargeBody(signature, length, true);
const code = (expected: ErrorCode, words: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected && words.test(error.message);

function setUp() {
  let released = 0;
  const bodies = new LargeBodies(() => {
    released++;
  });
  return { bodies, released: () => released };
}

test('an import is collected and read', async () => {
  const { bodies, released } = setUp();
  const body = large();
  const admission = bodies.admit(':1.1', ...IMPORT, body);
  const read = admission.read();
  body.add(BODY.subarray(0, 70_000));
  body.add(BODY.subarray(70_000));
  const [name, data, options] = await read;
  assert.equal(name, 'sea');
  assert.ok(Buffer.alloc(100_000, 9).equals(data as Buffer));
  assert.deepEqual(options, {});
  admission.release();
  assert.equal(released(), 1);
  await assert.rejects(admission.read());
});

test('nothing else is, and no memory is taken for it', async () => {
  const { bodies, released } = setUp();
  for (const [name, member, signature] of [
    ['org.backscrub', 'SetBackground', 's'],
    ['org.backscrub', 'ImportBackground', 'say'],
    ['org.example', 'ImportBackground', 'saya{sv}'],
    ['org.backscrub', 'constructor', 'saya{sv}'],
  ] as const) {
    const body = large(signature, 2 ** 30);
    body.collect = () => assert.fail('collected');
    const admission = bodies.admit(':1.1', name, member, body);
    await assert.rejects(admission.read(), code('LimitsExceeded', /at most 65536/));
    admission.release();
  }
  assert.equal(released(), 0);
});

test('no more than the limit', async () => {
  const { bodies } = setUp();
  const body = large('saya{sv}', 17 * 1024 * 1024);
  body.collect = () => assert.fail('collected');
  const admission = bodies.admit(':1.1', ...IMPORT, body);
  await assert.rejects(admission.read(), code('LimitsExceeded', /17\.0 MiB; at most 16 MiB/));
});

test('one for each sender, few in all, until they are released', async () => {
  const { bodies } = setUp();
  const busy = code('LimitsExceeded', /try again/);
  const admit = (sender: string) => bodies.admit(sender, ...IMPORT, large());
  const first = admit(':1.1');
  await assert.rejects(admit(':1.1').read(), busy);
  const others = Array.from({ length: MAX_HELD - 1 }, (_, i) => admit(`:1.${10 + i}`));
  await assert.rejects(admit(':1.99').read(), busy);
  first.release();
  const next = admit(':1.99');
  await assert.rejects(admit(':1.100').read(), busy);
  for (const admission of [...others, next]) admission.release();
  admit(':1.1').release();
});

/** What is written is what dbus-next reads, and what it writes itself where it can. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { type MessageHead, ValueWriter, writeMessage } from './message-writer.js';

interface Unmarshalled {
  readonly signature: string;
  readonly member?: string;
  readonly path?: string;
  readonly destination?: string;
  readonly replySerial?: number;
  readonly serial: number;
  readonly type: number;
  readonly flags: number;
  readonly body: readonly unknown[];
}

// The package has no types for its inner parts.
const require = createRequire(import.meta.url);
const { unmarshall, marshall } = require('dbus-next/lib/message.js') as {
  unmarshall(message: Buffer): Unmarshalled;
  marshall(message: object): [Buffer, unknown];
};

const CALL: MessageHead = {
  type: 1,
  flags: 4,
  serial: 77,
  path: '/org/backscrub',
  interface: 'org.backscrub',
  member: 'ImportBackground',
  destination: 'org.backscrub',
  signature: 'saya{sv}',
};

for (const name of ['', 'a', 'sea', 'Bergsee mit Nebel', 'näher']) {
  test(`a call with bytes, name "${name}"`, () => {
    const data = Buffer.from([1, 2, 3, 0, 255]);
    const options = {
      focus: { signature: '(dd)', value: [0.25, 1] },
      note: { signature: 's', value: 'x' },
      sure: { signature: 'b', value: true },
      count: { signature: 'u', value: 4_000_000_000 },
    };
    const message = writeMessage(CALL, new ValueWriter().string(name).bytes(data).dictionary(options));
    const read = unmarshall(message);
    const { type, flags, serial, path, member, destination, signature } = read;
    assert.deepEqual({ ...CALL, type, flags, serial, path, member, destination, signature }, CALL);
    assert.equal(read.body[0], name);
    assert.deepEqual(read.body[1], data);
    const entries = read.body[2] as [string, [[{ type: string }], unknown[]]][];
    const values = Object.fromEntries(entries.map(([key, [, [value]]]) => [key, value]));
    assert.deepEqual(values, { focus: [0.25, 1], note: 'x', sure: true, count: 4_000_000_000 });
    const marshalled = Object.entries(options).map(([key, { signature, value }]) => [
      key,
      [signature, value],
    ]);
    const [theirs] = marshall({ ...CALL, body: [name, data, marshalled] });
    const bodyOf = (bytes: Buffer) => bytes.subarray(bytes.length - bytes.readUInt32LE(4));
    assert.ok(bodyOf(message).equals(bodyOf(theirs)), 'byte for byte what the library writes');
  });
}

test('an answer with bytes', () => {
  const answer = writeMessage(
    { type: 2, flags: 1, serial: 5, replySerial: 9, destination: ':1.42', signature: 'ay' },
    new ValueWriter().bytes(Buffer.alloc(100_000, 7)),
  );
  const { type, replySerial, destination, body } = unmarshall(answer);
  assert.deepEqual([type, replySerial, destination], [2, 9, ':1.42']);
  assert.ok(Buffer.alloc(100_000, 7).equals(body[0] as Buffer));
});

test('a type that it does not know is refused', () => {
  assert.throws(() => new ValueWriter().variant({ signature: 'av', value: [] }), TypeError);
  assert.throws(() => new ValueWriter().variant({ signature: '(dd)', value: 'no' }), TypeError);
});

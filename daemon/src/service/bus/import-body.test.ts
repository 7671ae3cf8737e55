import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import { type TypedValue, ValueWriter } from '../../shared/message-writer.js';
import { readImportBody } from './import-body.js';

const FOCUS = { focus: { signature: '(dd)', value: [0.25, 0.75] } };

function body(name: string, data: Uint8Array, options: Record<string, TypedValue> = {}): Buffer {
  return new ValueWriter().string(name).bytes(data).dictionary(options).finish();
}

const plain = (options: object) => JSON.parse(JSON.stringify(options)) as unknown;

function refused(bytes: Buffer, littleEndian = true): string {
  try {
    readImportBody(bytes, littleEndian);
  } catch (error) {
    assert.ok(error instanceof BackscrubError && error.code === 'InvalidArgs', String(error));
    return error.message;
  }
  return 'taken';
}

test('every alignment of name and data', () => {
  for (let length = 0; length < 9; length++) {
    for (let size = 0; size < 9; size++) {
      const data = Buffer.alloc(size, 200);
      const [name, read, options] = readImportBody(body('n'.repeat(length), data, FOCUS), true);
      assert.equal(name, 'n'.repeat(length));
      assert.ok(read.equals(data));
      assert.deepEqual(plain(options), FOCUS);
    }
  }
});

test('the data is not copied', () => {
  const bytes = body('sea', Buffer.alloc(100_000, 1));
  assert.equal(readImportBody(bytes, true)[1].buffer, bytes.buffer);
});

test('big endian', () => {
  // Name "sea", three bytes, one option of one double structure, by hand.
  const bytes = Buffer.concat([
    Buffer.from('\0\0\0\x03sea\0', 'latin1'),
    Buffer.from('\0\0\0\x03\x07\x08\x09\0', 'latin1'),
    Buffer.from('\0\0\0\x20', 'latin1'),
    Buffer.alloc(4),
    Buffer.from('\0\0\0\x05focus\0', 'latin1'),
    Buffer.from('\x04(dd)\0', 'latin1'),
    Buffer.from('3fd00000000000003fe8000000000000', 'hex'),
  ]);
  const [name, data, options] = readImportBody(bytes, false);
  assert.equal(name, 'sea');
  assert.deepEqual([...data], [7, 8, 9]);
  assert.deepEqual(plain(options), FOCUS);
  assert.notEqual(refused(bytes, true), 'taken', 'the order of bytes counts');
});

test('every type that an option can have', () => {
  const options = {
    s: { signature: 's', value: 'text' },
    b: { signature: 'b', value: true },
    u: { signature: 'u', value: 7 },
    d: { signature: 'd', value: 0.5 },
  };
  assert.deepEqual(plain(readImportBody(body('', Buffer.alloc(3), options), true)[2]), options);
});

test('names of options that mean something in JavaScript are only names', () => {
  const text = { signature: 's', value: 'y' };
  const [, , options] = readImportBody(body('', Buffer.alloc(1), { ['__proto__']: text }), true);
  assert.deepEqual(Object.keys(options), ['__proto__']);
  assert.equal(Object.getPrototypeOf(options), Object.prototype);
});

test('a body that is cut off anywhere', () => {
  const whole = body('sea', Buffer.from([1, 2, 3]), FOCUS);
  for (let length = 0; length < whole.length; length++) {
    assert.match(refused(whole.subarray(0, length)), /not what its signature says/, String(length));
  }
  assert.match(refused(Buffer.concat([whole, Buffer.alloc(1)])), /does not end where/);
});

test('lengths that lie', () => {
  for (const lie of [0xffffffff, 0x7fffffff, 1 << 20, 40, 9]) {
    for (const at of [0, 8]) {
      const bytes = body('sea', Buffer.from([1, 2, 3]), FOCUS);
      bytes.writeUInt32LE(lie, at);
      assert.match(refused(bytes), /not what its signature says|no option/, `${lie} at ${at}`);
    }
  }
  const options = body('', Buffer.alloc(0), FOCUS);
  for (const lie of [0xffffffff, 41, 39, 8, 1]) {
    const bytes = Buffer.from(options);
    bytes.writeUInt32LE(lie, 12);
    assert.match(refused(bytes), /not what its signature says/, String(lie));
  }
});

test('a type that no option has is named, and never walked into', () => {
  const bytes = body('', Buffer.alloc(0), { deep: { signature: 's', value: 'x' } });
  const at = bytes.indexOf('\x01s\0', 0, 'latin1');
  bytes.write('v', at + 1, 'latin1');
  assert.match(refused(bytes), /option "deep" has the type "v"/);
});

test('too many options', () => {
  const many = Object.fromEntries(
    Array.from({ length: 17 }, (_, i) => [`o${i}`, { signature: 'u', value: i }]),
  );
  assert.match(refused(body('', Buffer.alloc(0), many)), /more options/);
});

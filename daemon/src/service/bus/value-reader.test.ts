import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { type TypedValue, ValueWriter } from '../../shared/message-writer.js';
import { MAX_VALUES, readValues, ValueReader } from './value-reader.js';

const IMPORT = 'saya{sv}';
const FOCUS = { focus: { signature: '(dd)', value: [0.25, 0.75] } };

function body(name: string, data: Uint8Array, options: Record<string, TypedValue> = {}): Buffer {
  return new ValueWriter().string(name).bytes(data).dictionary(options).finish();
}

/** Without the difference between Buffer and Uint8Array. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function refused(bytes: Buffer, signature: string, code: ErrorCode = 'InvalidArgs', little = true): string {
  try {
    readValues(bytes, signature, little);
  } catch (error) {
    assert.ok(error instanceof BackscrubError && error.code === code, String(error));
    return error.message;
  }
  return 'taken';
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('every type, in both orders of bytes', () => {
  for (const [signature, little, big, value] of [
    ['y', '07', '07', 7],
    ['b', '01000000', '00000001', true],
    ['n', 'feff', 'fffe', -2],
    ['q', 'feff', 'fffe', 65_534],
    ['i', 'feffffff', 'fffffffe', -2],
    ['u', 'feffffff', 'fffffffe', 4_294_967_294],
    ['h', '01000000', '00000001', 1],
    ['x', 'feffffffffffffff', 'fffffffffffffffe', -2n],
    ['t', '0200000000000000', '0000000000000002', 2n],
    ['d', '000000000000e03f', '3fe0000000000000', 0.5],
    ['s', '02000000 686900', '00000002 686900', 'hi'],
    ['o', '01000000 2f00', '00000001 2f00', '/'],
    ['g', '02 617300', '02 617300', 'as'],
    ['v', '01 7500 00 07000000', '01 7500 00 00000007', { signature: 'u', value: 7 }],
    ['aq', '04000000 0100 0200', '00000004 0001 0002', [1, 2]],
    ['at', '00000000 00000000', '00000000 00000000', []],
    ['(yq)', '01 00 0200', '01 00 0002', [1, 2]],
    [
      'a{yy}',
      '0a000000 00000000 0102 000000000000 0304',
      '0000000a 00000000 0102 000000000000 0304',
      { 1: 2, 3: 4 },
    ],
    ['as', '06000000 01000000 6100', '00000006 00000001 6100', ['a']],
  ] as const) {
    assert.deepEqual(readValues(hex(little), signature, true), [value], signature);
    assert.deepEqual(readValues(hex(big), signature, false), [value], signature);
    for (const [text, order] of [
      [little, true],
      [big, false],
    ] as const) {
      const reader = new ValueReader(hex(text), order);
      reader.skip(signature);
      assert.ok(reader.ended, `${signature} is stepped over`);
    }
  }
});

test('every alignment of name and data', () => {
  for (let length = 0; length < 9; length++) {
    for (let size = 0; size < 9; size++) {
      const data = Buffer.alloc(size, 200);
      const [name, read, options] = readValues(body('n'.repeat(length), data, FOCUS), IMPORT, true);
      assert.equal(name, 'n'.repeat(length));
      assert.ok(data.equals(read as Buffer));
      assert.deepEqual(plain(options), FOCUS);
    }
  }
});

test('bytes are not copied', () => {
  const bytes = body('sea', Buffer.alloc(100_000, 1));
  assert.equal((readValues(bytes, IMPORT, true)[1] as Buffer).buffer, bytes.buffer);
});

test('keys that mean something in JavaScript are only keys', () => {
  const text = { signature: 's', value: 'y' };
  const [, , options] = readValues(body('', Buffer.alloc(1), { ['__proto__']: text }), IMPORT, true);
  assert.deepEqual(Object.keys(options as object), ['__proto__']);
  assert.equal(Object.getPrototypeOf(options), Object.prototype);
});

test('a body that is cut off anywhere', () => {
  const whole = body('sea', Buffer.from([1, 2, 3]), FOCUS);
  for (let length = 0; length < whole.length; length++) {
    assert.match(refused(whole.subarray(0, length), IMPORT), /not what its signature says/, String(length));
  }
  assert.match(refused(Buffer.concat([whole, Buffer.alloc(1)]), IMPORT), /does not end where/);
});

test('lengths that lie', () => {
  for (const lie of [0xffffffff, 0x7fffffff, 1 << 20, 40, 9]) {
    for (const at of [0, 8]) {
      const bytes = body('sea', Buffer.from([1, 2, 3]), FOCUS);
      bytes.writeUInt32LE(lie, at);
      assert.match(refused(bytes, IMPORT), /not what its signature says/, `${lie} at ${at}`);
    }
  }
  const options = body('', Buffer.alloc(0), FOCUS);
  for (const lie of [0xffffffff, 41, 39, 8, 1]) {
    const bytes = Buffer.from(options);
    bytes.writeUInt32LE(lie, 12);
    assert.match(refused(bytes, IMPORT), /not what its signature says/, String(lie));
  }
});

test('signatures that are none', () => {
  for (const signature of ['(', 'a', ')', '()', 'a()', '(y', 'a{', '{yy}', 'k', 'a{y}', '((y)']) {
    assert.notEqual(refused(Buffer.alloc(64), signature, 'InvalidArgs'), 'taken', signature);
  }
});

test('values are bounded in number', () => {
  const variants = (count: number): Buffer => {
    const elements = Buffer.alloc(count * 4, hex('01790007'));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(elements.length);
    return Buffer.concat([length, elements]);
  };
  // The array itself, and two for each of its elements.
  const most = (MAX_VALUES - 1) / 2;
  assert.equal((readValues(variants(Math.floor(most)), 'av', true)[0] as unknown[]).length, Math.floor(most));
  assert.match(refused(variants(Math.ceil(most)), 'av', 'LimitsExceeded'), /at most 8192 values/);
});

test('variants are bounded in depth', () => {
  const nested = (depth: number): Buffer =>
    Buffer.concat([...Array.from({ length: depth - 1 }, () => hex('017600')), hex('01790007')]);
  assert.notEqual(readValues(nested(32), 'v', true), undefined);
  assert.match(refused(nested(33), 'v', 'LimitsExceeded'), /32 deep/);
  assert.match(refused(nested(20_000), 'v', 'LimitsExceeded'), /deep/);
  // As deep as the bus daemon lets pass.
  const reader = new ValueReader(nested(64), true);
  reader.skip('v');
  assert.ok(reader.ended);
});

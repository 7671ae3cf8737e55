import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ByteSource, MAX_BODY_BYTES, ReadGuard } from './read-guard.js';

/** Bytes that arrive piece by piece; like a stream it gives all that was asked for, or null. */
class Pieces implements ByteSource {
  #buffer = Buffer.alloc(0);
  ended = false;

  push(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
  }

  get readableLength(): number {
    return this.#buffer.length;
  }

  read(size: number): Buffer | null {
    if (size === 0 || (size > this.#buffer.length && !this.ended) || this.#buffer.length === 0) return null;
    const chunk = this.#buffer.subarray(0, size);
    this.#buffer = this.#buffer.subarray(size);
    return Buffer.from(chunk);
  }
}

function text(code: number, type: string, value: string, little: boolean): Buffer {
  const field = Buffer.alloc(Math.ceil((9 + value.length) / 8) * 8);
  field.set([code, 1, type.charCodeAt(0), 0]);
  if (little) field.writeUInt32LE(value.length, 4);
  else field.writeUInt32BE(value.length, 4);
  field.write(value, 8, 'latin1');
  return field;
}

/** A message as it comes over the bus: fixed header, fields (padded to 8), body. */
function message(
  bodyLength: number,
  signature: string,
  little = true,
): { header: Buffer; fields: Buffer; body: Buffer } {
  const sign = Buffer.alloc(Math.ceil((6 + signature.length) / 8) * 8);
  sign.set([8, 1, 0x67, 0, signature.length]);
  sign.write(signature, 5, 'latin1');
  const serial = Buffer.from([5, 1, 0x75, 0, 0, 0, 0, 9]);
  const fields = Buffer.concat([
    text(1, 'o', '/org/backscrub', little),
    serial,
    sign,
    text(3, 's', 'SetMode', little),
  ]);
  const header = Buffer.alloc(16);
  header[0] = little ? 0x6c : 0x42;
  if (little) {
    header.writeUInt32LE(bodyLength, 4);
    header.writeUInt32LE(fields.length, 12);
  } else {
    header.writeUInt32BE(bodyLength, 4);
    header.writeUInt32BE(fields.length, 12);
  }
  return { header, fields, body: Buffer.alloc(bodyLength, 7) };
}

test('the handshake and ordinary messages pass unchanged', () => {
  const pieces = new Pieces();
  const guard = new ReadGuard(pieces);
  pieces.push(Buffer.from('OK\n'));
  assert.equal(guard.read(1)?.toString(), 'O');
  guard.read(1);
  guard.read(1);
  for (const length of [8, 16, MAX_BODY_BYTES]) {
    const { header, fields, body } = message(length, 's');
    pieces.push(Buffer.concat([header, fields, body]));
    assert.deepEqual(guard.read(16), header);
    const rest = guard.read(fields.length + length);
    assert.ok(rest && Buffer.from(rest).equals(Buffer.concat([fields, body])));
  }
});

for (const little of [true, false]) {
  test(`an oversized body is skipped, ${little ? 'little' : 'big'} endian, in pieces`, () => {
    const pieces = new Pieces();
    const guard = new ReadGuard(pieces);
    const big = message(MAX_BODY_BYTES + 1, 'av', little);
    pieces.push(big.header);
    assert.equal(guard.read(16)?.readUInt32LE(4), 0, 'the reader is told that there is no body');
    pieces.push(big.fields);
    const fields = guard.read(big.fields.length);
    const expected = Buffer.from(big.fields);
    expected.write('yy', expected.indexOf('av'), 'latin1');
    assert.ok(fields?.equals(expected), 'only the signature is another one');
    assert.equal(guard.read(16), null);
    pieces.push(big.body.subarray(0, 1000));
    assert.equal(guard.read(16), null);
    const next = message(8, 's');
    pieces.push(Buffer.concat([big.body.subarray(1000), next.header, next.fields]));
    assert.deepEqual(guard.read(16), next.header);
  });
}

test('a message without the descriptor that it speaks of can be read', () => {
  const pieces = new Pieces();
  const guard = new ReadGuard(pieces);
  const { header, fields, body } = message(4, 'h');
  pieces.push(Buffer.concat([header, fields, body]));
  guard.read(16);
  const chunk = guard.read(fields.length + 4) as
    | (Buffer & { fds: { length: number; [index: number]: unknown } })
    | null;
  assert.ok(chunk && chunk.fds.length > 0xffffffff);
  assert.equal(chunk.fds[0], undefined);
});

test('a message that the end of the connection cut off is not given out', () => {
  const pieces = new Pieces();
  const guard = new ReadGuard(pieces);
  pieces.push(message(8, 's').header.subarray(0, 9));
  pieces.ended = true;
  assert.equal(guard.read(16), null);
});

test('an oversized body that somebody asks for is collected, with its true signature', async () => {
  for (const little of [true, false]) {
    const pieces = new Pieces();
    const guard = new ReadGuard(pieces);
    const big = message(MAX_BODY_BYTES * 3, 'saya{sv}', little);
    for (let i = 0; i < big.body.length; i++) big.body[i] = i % 251;
    pieces.push(big.header);
    guard.read(16);
    pieces.push(big.fields);
    guard.read(big.fields.length);
    const { large } = guard;
    assert.ok(large);
    assert.deepEqual(
      [large.signature, large.length, large.littleEndian],
      ['saya{sv}', big.body.length, little],
    );
    const collected = large.collect();
    const next = message(8, 's');
    for (let at = 0; at < big.body.length; at += 50_000) {
      pieces.push(big.body.subarray(at, at + 50_000));
      assert.equal(guard.read(16), null);
    }
    pieces.push(next.header);
    assert.deepEqual(guard.read(16), next.header);
    assert.ok((await collected).equals(big.body));
    pieces.push(Buffer.concat([next.fields, next.body]));
    guard.read(next.fields.length + 8);
    assert.equal(guard.large, undefined, 'it belonged to the message before');
  }
});

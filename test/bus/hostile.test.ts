/** Messages that nobody means well with, from a peer that needs no rights to send them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ValueWriter } from '@backscrub/daemon/shared/message-writer.js';
import { Message, MessageType } from 'dbus-next';
import type { BusClient } from '../support/bus-client.js';
import { oneService } from '../support/bus-fixture.js';

let client: BusClient;

oneService((started) => {
  ({ client } = started);
});

interface RawStream {
  write(data: Buffer): boolean;
}

/** The library would never send these, so what it sends is changed on its way out. */
async function callWith(
  signature: string,
  body: unknown[],
  change: (message: Buffer) => Buffer,
): Promise<string> {
  const { stream } = (client.bus as unknown as { _connection: { stream: RawStream } })._connection;
  const write = stream.write.bind(stream);
  stream.write = (data) => write(change(Buffer.from(data)));
  const outcome = client.raw('SetMode', signature, body);
  stream.write = write;
  return (await outcome).error ?? 'no error';
}

function replaceSignature(message: Buffer, from: string, to: string): Buffer {
  const field = Buffer.from([8, 1, 'g'.charCodeAt(0), 0, from.length, ...Buffer.from(from), 0]);
  const at = message.indexOf(field);
  assert.notEqual(at, -1);
  message.write(to, at + 5, 'latin1');
  return message;
}

/** Puts other elements into the empty array that is the message's body. */
function replaceArray(message: Buffer, elements: Buffer): Buffer {
  const bodyLength = message.readUInt32LE(4);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  const whole = Buffer.concat([message.subarray(0, message.length - bodyLength), length, elements]);
  whole.writeUInt32LE(elements.length + 4, 4);
  return whole;
}

/** Puts a header field that nobody knows before the others. */
function insertField(message: Buffer, signature: string, value: Buffer): Buffer {
  const head = Buffer.concat([Buffer.of(77, signature.length), Buffer.from(`${signature}\0`)]);
  const boundary = /^[ygv]/.test(signature) ? 1 : /^[(xtd]/.test(signature) ? 8 : 4;
  const gap = Buffer.alloc((boundary - (head.length % boundary)) % boundary);
  const field = Buffer.concat([head, gap, value]);
  const padded = Buffer.concat([field, Buffer.alloc((8 - (field.length % 8)) % 8)]);
  const whole = Buffer.concat([message.subarray(0, 16), padded, message.subarray(16)]);
  whole.writeUInt32LE(message.readUInt32LE(12) + padded.length, 12);
  return whole;
}

const INVALID = 'org.freedesktop.DBus.Error.InvalidArgs';
const isWell = async (): Promise<void> => assert.equal(await client.get('State'), 'stopped');

test('a file descriptor that did not come along', async () => {
  assert.equal(await callWith('u', [0], (message) => replaceSignature(message, 'u', 'h')), INVALID);
  assert.equal(await callWith('au', [[0, 7]], (message) => replaceSignature(message, 'au', 'ah')), INVALID);
  await isWell();
});

test('sixteen megabytes of variants, of strings, of bytes', async () => {
  const variants = Buffer.alloc(16_000_000, Buffer.from([1, 'y'.charCodeAt(0), 0, 7]));
  // Empty strings: four bytes of length, a zero byte, and padding but for the last.
  const strings = Buffer.alloc(16_000_000 - 3);
  for (const [signature, elements] of [
    ['av', variants],
    ['as', strings],
    ['ay', variants],
  ] as const) {
    assert.equal(
      await callWith(signature, [[]], (message) => replaceArray(message, elements)),
      INVALID,
      signature,
    );
    await isWell();
  }
});

test('a body of any length after a header field that nobody knows', async () => {
  for (const [signature, value] of [
    ['y', '07'],
    ['b', '01000000'],
    ['v', '01790007'],
    ['v', '01760001790007'],
    ['ay', '03000000010203'],
    ['(ss)', '01000000610000000100000062 00'],
    ['t', '0100000000000000'],
    ['g', '02617300'],
    ['as', '06000000010000006100'],
  ] as const) {
    for (const count of [10, 16_000, 40_000]) {
      const variants = Buffer.alloc(count * 4, Buffer.from([1, 'y'.charCodeAt(0), 0, 7]));
      const answer = await callWith('av', [[]], (message) =>
        insertField(replaceArray(message, variants), signature, Buffer.from(value.replace(' ', ''), 'hex')),
      );
      assert.equal(answer, INVALID, `${signature}, ${count}`);
    }
    await isWell();
  }
});

test('variants in each other, for the one member that takes a variant', async () => {
  const body = new ValueWriter().string('org.backscrub').string('BlurStrength');
  for (let depth = 0; depth < 60; depth++) body.signature('v');
  body.signature('y').byte(7);
  const outcome = await client.exchange('Set', 'ssv', body, 'org.freedesktop.DBus.Properties');
  assert.equal(outcome.error, 'org.freedesktop.DBus.Error.LimitsExceeded');
  await isWell();
});

test('a large message for a method without arguments does not call it', async () => {
  const text = 'x'.repeat(100_000);
  const outcome = await client.raw('Start', 's', [text]);
  assert.equal(outcome.error, INVALID);
  await isWell();
});

test('large signals and answers that nobody asked for', async () => {
  const destination = await owner();
  const head = { destination, path: '/org/backscrub', interface: 'org.example', member: 'Noise' };
  client.bus.send(
    new Message({ type: MessageType.SIGNAL, ...head, signature: 's', body: ['x'.repeat(200_000)] }),
  );
  client.bus.send(new Message({ type: MessageType.SIGNAL, ...head, signature: 'as', body: [['a', 'b']] }));
  await isWell();
});

test('a kind of message that the library does not know', async () => {
  await callWith('s', ['blur'], (message) => message).catch(() => {});
  const { stream } = (client.bus as unknown as { _connection: { stream: RawStream } })._connection;
  const write = stream.write.bind(stream);
  stream.write = (data) => {
    const copy = Buffer.from(data);
    copy[1] = 9;
    return write(copy);
  };
  const head = {
    destination: 'org.backscrub',
    path: '/org/backscrub',
    interface: 'org.backscrub',
    member: 'Start',
  };
  client.bus.send(new Message({ type: MessageType.SIGNAL, ...head }));
  stream.write = write;
  await isWell();
});

async function owner(): Promise<string> {
  const target = {
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
  };
  const outcome = await client.raw('GetNameOwner', 's', ['org.backscrub'], target);
  return outcome.error === undefined ? String(outcome.body[0]) : '';
}

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Variant } from 'dbus-next';
import { ValueWriter, writeMessage } from '../../shared/message-writer.js';
import { MarshalledBodies } from './marshalled-bodies.js';

const require = createRequire(import.meta.url);
const { unmarshall } = require('dbus-next/lib/message.js') as {
  unmarshall(message: Buffer): Parameters<typeof messageToJsFmt>[0];
};
const { messageToJsFmt } = require('dbus-next/lib/marshall-compat.js') as {
  messageToJsFmt(message: object): { body: unknown[] };
};

const SIGNATURE = 'aa{sv}';
const HEAD = { type: 2, flags: 0, serial: 7, replySerial: 3, destination: ':1.5' } as const;
const list = (name: string) =>
  Object.freeze([
    { name: { signature: 's', value: name }, bytes: { signature: 't', value: 5_000_000_000n } },
    { sizes: { signature: 'as', value: ['1280x720'] }, rate: { signature: 'd', value: 29.97 } },
  ]);

function read(bytes: Buffer, signature = SIGNATURE): unknown {
  const head = { ...HEAD, signature };
  // Destinations of several lengths, so that the body begins in several places.
  const bodies = [':1.5', ':1.55', ':1.5555555'].map((destination) => {
    const message = writeMessage({ ...head, destination }, new ValueWriter().marshalled(bytes));
    return messageToJsFmt(unmarshall(message)).body[0];
  });
  assert.deepEqual(bodies[1], bodies[0]);
  assert.deepEqual(bodies[2], bodies[0]);
  return bodies[0];
}

test('a frozen list is marshalled once, and reads as what it was', () => {
  const bodies = new MarshalledBodies();
  const sea = list('Meer – sea');
  const bytes = bodies.get({ signature: SIGNATURE, body: [sea] });
  assert.ok(bytes);
  assert.deepEqual(read(bytes), [
    { name: new Variant('s', 'Meer – sea'), bytes: new Variant('t', 5_000_000_000n) },
    { sizes: new Variant('as', ['1280x720']), rate: new Variant('d', 29.97) },
  ]);
  assert.equal(bodies.get({ signature: SIGNATURE, body: [sea] }), bytes);
});

test('another list has bytes of its own, an empty one too', () => {
  const bodies = new MarshalledBodies();
  const [one, other, none] = [list('one'), list('other'), Object.freeze([])].map((body) =>
    bodies.get({ signature: SIGNATURE, body: [body] }),
  );
  assert.ok(one && other && none);
  assert.notDeepEqual(one, other);
  assert.deepEqual(read(none), []);
});

test('a frozen dictionary too', () => {
  const all = Object.freeze({
    State: { signature: 's', value: 'idle' },
    Pair: { signature: '(ss)', value: ['', ''] },
  });
  const bytes = new MarshalledBodies().get({ signature: 'a{sv}', body: [all] });
  assert.ok(bytes);
  assert.deepEqual(read(bytes, 'a{sv}'), {
    State: new Variant('s', 'idle'),
    Pair: new Variant('(ss)', ['', '']),
  });
});

test('what may change is not kept', () => {
  const bodies = new MarshalledBodies();
  for (const body of [[[...list('a')]], ['text'], [], [Object.freeze(['a']), 'b']]) {
    assert.equal(bodies.get({ signature: 's', body }), undefined);
  }
});

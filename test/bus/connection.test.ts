/** The service's connection, with answers and signals that the bus does not carry. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { BusConnection } from '@backscrub/daemon/service/bus/connection.js';
import type { MethodReply } from '@backscrub/daemon/service/bus/message.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';
import { BUS_NAME, OBJECT_PATH } from '@backscrub/daemon/shared/names.js';
import { after as afterTime } from '@backscrub/daemon/shared/patient-timer.js';
import { BusClient, PROPERTIES } from '../support/bus-client.js';
import { FakeLogind } from '../support/fake-logind.js';
import { PrivateBus } from '../support/private-bus.js';

let bus: PrivateBus;
let connection: BusConnection;
let client: BusClient;
const log: string[] = [];
const clock = { after: afterTime, now: () => performance.now() };

before(async () => {
  bus = await PrivateBus.start();
  connection = await BusConnection.open(bus.address, clock, (level, text) => log.push(`${level} ${text}`));
  await connection.ownName(BUS_NAME);
  client = await BusClient.open(bus.address);
});
beforeEach(() => log.splice(0));
after(async () => {
  client?.close();
  await connection?.close();
  await bus?.stop();
});

function serve(answer: () => MethodReply): void {
  connection.serve({ takes: () => true, handle: async () => answer() });
}

const FAILED = 'org.backscrub.Error.Failed';
const text = (value: string) => ({ signature: 's', value });

test('an answer that cannot be marshalled is answered with an error', async () => {
  const answers: MethodReply[] = [
    { signature: 'v', body: [text('a\0b')] },
    { signature: 'v', body: [{ signature: 'u', value: -1 }] },
    { signature: 's', body: ['a\0b'] },
    { signature: '(ss)', body: [['one']] },
    { signature: 'a{sv}', body: [{ Camera: text('a\0b') }] },
    { signature: 'a{sv}', body: [Object.freeze({ Camera: text('a\0b') })] },
  ];
  for (const answer of answers) {
    serve(() => answer);
    const outcome = await client.raw('Stop', '', []);
    assert.equal(outcome.error, FAILED, JSON.stringify(answer));
    assert.match(log.at(-1) ?? '', /^error Stop failed/);
  }
  serve(() => ({ signature: 'v', body: [text('well')] }));
  assert.equal((await client.raw('Stop', '', [])).error, undefined);
});

test('the text of an error has no zero byte, which would end the connection', async () => {
  serve(() => {
    throw new BackscrubError('BadImage', 'a\0b');
  });
  const outcome = await client.raw('Stop', '', []);
  assert.deepEqual(outcome, { error: 'org.backscrub.Error.BadImage', text: 'a b' });
});

test('a signal that cannot be sent is told about, and the next one is sent', async () => {
  const emit = (value: string): void =>
    connection.emit({
      path: OBJECT_PATH,
      interface: PROPERTIES,
      member: 'PropertiesChanged',
      signature: 'sa{sv}as',
      body: [BUS_NAME, { Camera: text(value) }, []],
    });
  assert.throws(() => emit('a\0b'), /null byte/);
  assert.match(log.at(-1) ?? '', /^error PropertiesChanged/);
  emit('usb-1');
  serve(() => ({ signature: '', body: [] }));
  await client.raw('Stop', '', []);
  assert.deepEqual(
    client.changes.map(({ changed }) => changed),
    [{ Camera: 'usb-1' }],
  );
});

test('an answer that we have asked for may name all sessions that logind allows, and not twice as many', async () => {
  const logind = await FakeLogind.start(bus.address);
  const sessions = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `c${index}`, user: 4_000_000_000 + index }));
  const list = async (): Promise<unknown> => {
    const target = { path: '/org/freedesktop/login1', interface: 'org.freedesktop.login1.Manager' };
    const call = { ...target, destination: 'org.freedesktop.login1', member: 'ListSessions' };
    return (await connection.request({ ...call, signature: '', body: [] })).body[0];
  };
  try {
    logind.sessions = sessions(8192);
    const rows = await list();
    assert.ok(Array.isArray(rows));
    assert.equal(rows.length, 8192);
    assert.equal(rows.at(-1)?.[0], 'c8191');
    logind.sessions = sessions(16_384);
    await assert.rejects(list(), /bytes is not read/);
  } finally {
    logind.stop();
  }
});

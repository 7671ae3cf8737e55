/** One sender's messages, far more than anybody needs: the call goes on, and others are heard. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ValueWriter, writeMessage } from '@backscrub/daemon/shared/message-writer.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '@backscrub/daemon/shared/names.js';
import type { Message } from 'dbus-next';
import { BusClient, PROPERTIES } from '../support/bus-client.js';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

let bus: PrivateBus;
let service: ServiceProcess;
let flooder: BusClient;
let other: BusClient;

before(async () => {
  bus = await PrivateBus.start();
  service = await ServiceProcess.start(bus);
  [flooder, other] = [await BusClient.open(bus.address), await BusClient.open(bus.address)];
  await other.call('Start');
  await service.order({ consumers: 1 });
  await other.until('State', (state) => state === 'running');
});
after(async () => {
  flooder.close();
  other.close();
  await service.stop();
  await bus.stop();
});

interface Flood {
  readonly interface?: string;
  readonly member: string;
  readonly signature: string;
  readonly body: ValueWriter;
}

/** Sends all at once. @returns how often which answer came, when all have come */
async function flood(
  count: number,
  { member, signature, body, ...rest }: Flood,
): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  const first = flooder.bus.newSerial();
  let open = count;
  const all = new Promise<void>((resolve) => {
    const listen = (message: Message): void => {
      const serial = message.replySerial as unknown as number;
      if (!(serial >= first && serial < first + count)) return;
      const name = message.errorName ?? 'answered';
      answers.set(name, (answers.get(name) ?? 0) + 1);
      if (--open > 0) return;
      flooder.bus.off('message', listen);
      resolve();
    };
    flooder.bus.on('message', listen);
  });
  const { stream } = (flooder.bus as unknown as { _connection: { stream: { write(data: Buffer): void } } })
    ._connection;
  const head = {
    type: 1,
    flags: 0,
    path: OBJECT_PATH,
    interface: INTERFACE,
    ...rest,
    member,
    signature,
  } as const;
  for (let i = 0; i < count; i++) {
    const serial = i === 0 ? first : flooder.bus.newSerial();
    stream.write(writeMessage({ ...head, serial, destination: BUS_NAME }, body));
  }
  await all;
  return answers;
}

/** The engines that have written so far. */
function engines(): number {
  return new Set(service.written().flatMap(({ by, pid }) => (by === 'engine' && pid ? [pid] : []))).size;
}

const INVALID = 'org.freedesktop.DBus.Error.InvalidArgs';
const TOO_MANY = 'org.freedesktop.DBus.Error.LimitsExceeded';
/** Calls of somebody else that are answered while six hundred wait: some 400 where callers take turns, 5 where they queue. */
const FEWEST_CALLS = 50;

async function assertCallGoesOn(): Promise<void> {
  assert.equal(await other.get('State'), 'running');
  assert.equal(engines(), 1, 'the engine that was there');
  assert.doesNotMatch(service.log, /no sign of life|started again/);
}

test('six hundred messages of 64 KiB of variants', async () => {
  const variants = Buffer.alloc(65_532, Buffer.from([1, 'y'.charCodeAt(0), 0, 7]));
  const flooded = flood(600, { member: 'SetMode', signature: 'av', body: new ValueWriter().bytes(variants) });
  // Somebody else calls all the while.
  const state = { over: false, calls: 0 };
  const over = flooded.then(() => {
    state.over = true;
  });
  while (!state.over) {
    assert.equal(await other.get('State'), 'running');
    state.calls++;
  }
  await over;
  const answers = await flooded;
  assert.equal((answers.get(INVALID) ?? 0) + (answers.get(TOO_MANY) ?? 0), 600, JSON.stringify([...answers]));
  assert.ok(state.calls >= FEWEST_CALLS, `${state.calls} calls`);
  await assertCallGoesOn();
});

test('two thousand calls that anybody may make', async () => {
  const body = new ValueWriter().string(INTERFACE);
  const answers = await flood(2000, { interface: PROPERTIES, member: 'GetAll', signature: 's', body });
  assert.ok((answers.get('answered') ?? 0) >= 128, 'as many as one may have waiting are answered');
  assert.equal((answers.get('answered') ?? 0) + (answers.get(TOO_MANY) ?? 0), 2000);
  await assertCallGoesOn();
});

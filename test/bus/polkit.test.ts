/** The gate with a polkit on the bus that behaves well and badly. The service trusts nobody here, so that root is asked about, too. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { LIMITS } from '@backscrub/daemon/service/authorization/pending.js';
import { Message, MessageType } from 'dbus-next';
import { BusClient, type Outcome } from '../support/bus-client.js';
import { FakeLogind } from '../support/fake-logind.js';
import { MockPolkit, POLKIT_NAME } from '../support/mock-polkit.js';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const ALICE = { id: 'c1', user: 1000 } as const;
const BOB = { id: 'c2', user: 1001 } as const;
const DENIED = 'org.freedesktop.DBus.Error.AccessDenied';
/** D-Bus specification, header flags. */
const ALLOW_INTERACTIVE_AUTHORIZATION = 4;

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;
let polkit: MockPolkit;

before(async () => {
  bus = await PrivateBus.start([POLKIT_NAME]);
  const state = mkdtempSync(join(bus.directory, 'state-'));
  const users = { [ALICE.user]: { mode: 'replace' }, [BOB.user]: { mode: 'mask' } };
  writeFileSync(join(state, 'settings.json'), JSON.stringify({ version: 1, started: false, users }));
  service = await ServiceProcess.start(bus, { state, trust: 'nobody' });
});

after(async () => {
  await service?.stop();
  await bus?.stop();
});

beforeEach(async () => {
  client = await BusClient.open(bus.address);
  polkit = await MockPolkit.start(bus.address);
});

afterEach(() => {
  client.close();
  polkit.stop();
});

const setMode = (mode = 'mask'): Promise<Outcome> => client.raw('SetMode', 's', [mode]);

function assertDenied(outcome: Outcome, text: RegExp): void {
  assert.equal(outcome.error, DENIED, JSON.stringify(outcome));
  assert.match(outcome.error === undefined ? '' : outcome.text, text);
}

test('allowed: done', async () => {
  const old = await client.get('Mode');
  const mode = old === 'mask' ? 'blur' : 'mask';
  assert.equal((await setMode(mode)).error, undefined);
  assert.equal(await client.get('Mode'), mode);
  const { name } = client.bus as unknown as { name: string };
  assert.deepEqual(
    polkit.asked.map(({ subject, action, interactive }) => [subject, action, interactive]),
    [[name, 'org.backscrub.control', false]],
    'reading is free',
  );
});

test('denied, methods and properties: nothing is changed, and the text says what to do', async () => {
  polkit.behaviour = 'deny';
  const before = await client.raw('GetAll', 's', ['org.backscrub'], {
    interface: 'org.freedesktop.DBus.Properties',
  });
  assertDenied(await setMode('passthrough'), /root/);
  assertDenied(await client.raw('Start', '', []), /org\.backscrub\.control/);
  assertDenied(await client.set('BlurStrength', 'u', 3), /root/);
  const after = await client.raw('GetAll', 's', ['org.backscrub'], {
    interface: 'org.freedesktop.DBus.Properties',
  });
  assert.deepEqual(after, before);
  assert.deepEqual(client.changes, []);
});

test('a password: asked for only when the message allows it', async () => {
  polkit.behaviour = 'challenge';
  const outcome = await setMode();
  assert.equal(outcome.error, 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired');
  polkit.behaviour = 'allow';
  const message = new Message({
    destination: 'org.backscrub',
    path: '/org/backscrub',
    interface: 'org.backscrub',
    member: 'SetMode',
    signature: 's',
    body: ['mask'],
    flags: ALLOW_INTERACTIVE_AUTHORIZATION,
  });
  await client.bus.call(message);
  assert.deepEqual(
    polkit.asked.map(({ interactive }) => interactive),
    [false, true],
  );
  polkit.behaviour = 'dismiss';
  assertDenied(await setMode(), /dismissed/);
});

test('polkit answers with an error: denied', async () => {
  polkit.behaviour = 'error';
  assertDenied(await setMode(), /polkit cannot be asked \(polkit is out of order\)/);
});

test('a polkit that hangs blocks nobody, and the question is withdrawn after a while', async () => {
  polkit.behaviour = 'hang';
  const hanging = setMode('passthrough');
  await polkit.until(() => polkit.asked.length === 1);
  polkit.behaviour = 'allow';
  const other = await BusClient.open(bus.address);
  assert.equal((await other.raw('SetMode', 's', ['blur'])).error, undefined);
  assert.equal(await other.get('Mode'), 'blur');
  other.close();
  assertDenied(await hanging, /no answer within 10 s/);
  await polkit.until(() => polkit.cancelled.length === 1);
  assert.equal(polkit.cancelled[0], polkit.asked[0]?.cancellationId);
  polkit.answerNow('allow');
  assert.equal(await client.get('Mode'), 'blur', 'an answer that comes too late changes nothing');
});

test('a caller has only so many questions open', async () => {
  polkit.behaviour = 'hang';
  const open = Array.from({ length: LIMITS.caller }, () => setMode());
  await polkit.until(() => polkit.asked.length === LIMITS.caller);
  const outcome = await setMode();
  assert.equal(outcome.error, 'org.freedesktop.DBus.Error.LimitsExceeded');
  polkit.answerNow('allow');
  assert.ok((await Promise.all(open)).every(({ error }) => error === undefined));
});

test('the question of a caller who leaves is withdrawn, and nothing is done', async () => {
  polkit.behaviour = 'hang';
  const leaver = await BusClient.open(bus.address);
  const mode = await client.get('Mode');
  void leaver.raw('SetMode', 's', [mode === 'mask' ? 'blur' : 'mask']);
  await polkit.until(() => polkit.asked.length === 1);
  leaver.close();
  await polkit.until(() => polkit.cancelled.length === 1);
  polkit.answerNow('allow');
  assert.equal(await client.get('Mode'), mode);
});

test('forged signals: neither a caller nor polkit can be talked away', async () => {
  polkit.behaviour = 'hang';
  const call = setMode();
  await polkit.until(() => polkit.asked.length === 1);
  const liar = await BusClient.open(bus.address);
  const { name } = client.bus as unknown as { name: string };
  for (const [subject, owner] of [
    [name, ''],
    [POLKIT_NAME, (liar.bus as unknown as { name: string }).name],
  ]) {
    liar.bus.send(
      new Message({
        type: MessageType.SIGNAL,
        destination: 'org.backscrub',
        path: '/org/freedesktop/DBus',
        interface: 'org.freedesktop.DBus',
        member: 'NameOwnerChanged',
        signature: 'sss',
        body: [subject, name, owner],
      }),
    );
  }
  // What the liar sends next comes after its signals.
  await liar.get('State');
  polkit.answerNow('allow');
  assert.equal((await call).error, undefined);
  assert.deepEqual(polkit.cancelled, []);
  liar.close();
});

test('an answer of somebody who is not polkit any more is not believed', async () => {
  polkit.behaviour = 'hang';
  const mode = await client.get('Mode');
  const call = setMode(mode === 'mask' ? 'blur' : 'mask');
  await polkit.until(() => polkit.asked.length === 1);
  await polkit.disown();
  polkit.answerNow('allow');
  assertDenied(await call, /not from polkit/);
  assert.equal(await client.get('Mode'), mode);
});

test('polkit ends, also in the middle of a question, and comes back', async () => {
  polkit.behaviour = 'hang';
  const call = setMode();
  await polkit.until(() => polkit.asked.length === 1);
  polkit.stop();
  assertDenied(await call, /polkit cannot be asked/);
  assertDenied(await setMode(), /polkit cannot be asked.*sudo/);
  polkit = await MockPolkit.start(bus.address);
  assert.equal((await setMode()).error, undefined);
});

test('what polkit lets in late does not undo what hid the room, nor what another user has', async () => {
  const logind = await FakeLogind.start(bus.address);
  const isActive = async ({ id }: { id: string }, mode: string): Promise<void> => {
    logind.activate(id);
    await client.until('Mode', (value) => value === mode);
  };
  logind.setSessions(ALICE, BOB);
  await isActive(ALICE, 'replace');
  const hides: Record<string, () => Promise<unknown>> = {
    SetMode: () => client.call('SetMode', 's', 'mask'),
    Stop: () => client.call('Stop'),
    'another user': async () => {
      await client.call('SetMode', 's', 'blur');
      await isActive(BOB, 'mask');
    },
  };
  try {
    for (const [name, hide] of Object.entries(hides)) {
      const asked = polkit.asked.length;
      polkit.behaviour = 'hang';
      const late = [setMode('passthrough'), client.set('BlurStrength', 'u', 0)];
      await polkit.until(() => polkit.asked.length === asked + late.length);
      polkit.behaviour = 'allow';
      await hide();
      polkit.answerNow('allow');
      for (const outcome of await Promise.all(late))
        assert.equal(outcome.error, 'org.backscrub.Error.Failed', `${name}: ${JSON.stringify(outcome)}`);
      assert.notEqual(await client.get('Mode'), 'passthrough', name);
      assert.notEqual(await client.get('BlurStrength'), 0, name);
    }
    assert.equal((await setMode('passthrough')).error, undefined, 'what is asked for afterwards is done');
    assert.equal((await setMode('blur')).error, undefined);
  } finally {
    logind.stop();
  }
});

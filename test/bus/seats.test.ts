/** Whose look applies, as logind tells of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { FakeLogind } from '../support/fake-logind.js';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const ALICE = { id: 'c1', user: 1000 } as const;
const BOB = { id: 'c2', user: 1001 } as const;
const GREETER = { id: 'c0', user: 120, class: 'greeter' } as const;

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;
let logind: FakeLogind;

before(async () => {
  bus = await PrivateBus.start();
});
after(async () => bus?.stop());
beforeEach(async () => {
  logind = await FakeLogind.start(bus.address);
  logind.setSessions(GREETER, ALICE, BOB);
});
afterEach(async () => {
  client?.close();
  await service?.stop();
  logind?.stop();
});

async function start(settings = '{"version":1,"started":false}', state?: string): Promise<string> {
  const folder = state ?? mkdtempSync(join(bus.directory, 'state-'));
  if (state === undefined) writeFileSync(join(folder, 'settings.json'), settings);
  service = await ServiceProcess.start(bus, { state: folder });
  client = await BusClient.open(bus.address);
  return folder;
}

const mode = (wanted: string) => client.until('Mode', (value) => value === wanted);
const later = () => new Promise((resolve) => setTimeout(resolve, 200));

test('each user has the own look, also after a restart', async () => {
  logind.active = ALICE.id;
  const folder = await start();
  await client.call('SetMode', 's', 'mask');
  await client.call('SetBackground', 's', 'color:#123456');
  logind.activate(BOB.id);
  await mode('blur');
  assert.equal(await client.get('Background'), 'color:#2e3436', 'nothing of the other user is told');
  await client.call('SetMode', 's', 'replace');
  logind.activate(ALICE.id);
  await mode('mask');
  assert.equal(await client.get('Background'), 'color:#123456');
  client.close();
  await service.stop();
  logind.active = BOB.id;
  await start('', folder);
  assert.equal(await client.get('Mode'), 'replace', 'from the first answer on');
});

test('what a user chooses in the first moment of their session is theirs, before logind has said who it is', async () => {
  const caller = { id: 'c3', user: process.getuid?.() ?? 0 };
  logind.active = ALICE.id;
  logind.setSessions(ALICE, caller);
  await start(`{"version":1,"started":false,"users":{"${caller.user}":{"mode":"replace"}}}`);
  logind.delayMs = 30;
  logind.activate(caller.id);
  await logind.signalled();
  await client.call('SetMode', 's', 'mask');
  await client.set('CrossFade', 'u', 700);
  await later();
  assert.deepEqual([await client.get('Mode'), await client.get('CrossFade')], ['mask', 700]);
  logind.delayMs = 0;
  logind.activate(ALICE.id);
  await mode('blur');
  logind.activate(caller.id);
  await mode('mask');
});

test('passthrough ends when another user becomes active: also for the one who chose it', async () => {
  logind.active = ALICE.id;
  await start();
  await client.call('SetMode', 's', 'mask');
  await client.call('SetMode', 's', 'passthrough');
  logind.activate(GREETER.id);
  await mode('blur');
  logind.activate(ALICE.id);
  await later();
  assert.notEqual(await client.get('Mode'), 'passthrough');
});

test('passthrough ends when the last session of the active user ends', async () => {
  logind.active = ALICE.id;
  await start();
  await client.call('SetMode', 's', 'passthrough');
  logind.active = '';
  logind.setSessions(BOB);
  await client.until('Mode', (value) => value !== 'passthrough');
});

test('sessions in which nobody is do not keep a visit alive', async () => {
  logind.active = ALICE.id;
  const user = process.getuid?.() ?? 0;
  const unattended = [
    { id: 'm1', user, class: 'manager' },
    { id: 'j1', user, class: 'background' },
  ] as const;
  logind.setSessions(ALICE, { id: 'c3', user }, ...unattended);
  await start();
  await client.call('SetMode', 's', 'passthrough');
  await later();
  assert.equal(await client.get('Mode'), 'passthrough');
  logind.setSessions(ALICE, ...unattended);
  await client.until('Mode', (value) => value !== 'passthrough');
});

test('what a setter chose for a visit ends with the session of who set it, although another user is active', async () => {
  logind.active = ALICE.id;
  const caller = { id: 'c3', user: process.getuid?.() ?? 0 };
  logind.setSessions(ALICE, caller);
  await start();
  await client.call('SetMode', 's', 'blur');
  const choose = async (property: string, signature: string, value: unknown) => {
    logind.setSessions(ALICE, caller);
    logind.activate(ALICE.id);
    await later();
    assert.equal((await client.set(property, signature, value)).error, undefined);
    await later();
    assert.equal(await client.get(property), value, 'as long as the session is there');
    logind.setSessions(ALICE);
  };
  await choose('BlurStrength', 'u', 0);
  await client.until('BlurStrength', (value) => value !== 0);
  await choose('OnDemand', 'b', false);
  await client.until('OnDemand', (value) => value === true);
});

test('eight hundred sessions of another user hide no change, nor does one that has just ended', async () => {
  const many = Array.from({ length: 800 }, (_, index) => ({ id: `s${index}`, user: 1002 }));
  logind.setSessions(ALICE, BOB, ...many);
  logind.listed = [{ id: 'c9', user: 1003 }];
  logind.active = ALICE.id;
  await start();
  await client.call('SetMode', 's', 'mask');
  logind.activate(BOB.id);
  await mode('blur');
  await client.call('SetMode', 's', 'passthrough');
  logind.activate(ALICE.id);
  await mode('mask');
});

test('a session that is over but for a process of it holds no visit', async () => {
  logind.active = ALICE.id;
  const caller = { id: 'c3', user: process.getuid?.() ?? 0 };
  logind.setSessions(ALICE, caller, BOB);
  await start();
  await client.call('SetMode', 's', 'passthrough');
  await later();
  assert.equal(await client.get('Mode'), 'passthrough');
  logind.setSessions(ALICE, { ...caller, state: 'closing' });
  await client.until('Mode', (value) => value !== 'passthrough');
});

test('signals of somebody who is not logind are not believed', async () => {
  logind.active = ALICE.id;
  await start();
  await client.call('SetMode', 's', 'mask');
  const forger = await FakeLogind.start(bus.address, false);
  logind.active = BOB.id;
  forger.activate(BOB.id);
  forger.activate(BOB.id, 'org.backscrub');
  await later();
  assert.equal(await client.get('Mode'), 'mask', 'nobody was asked');
  forger.stop();
});

test('a look from before there were users goes on with the first one only', async () => {
  logind.active = ALICE.id;
  await start('{"version":1,"started":false,"mode":"mask","background":"color:#654321"}');
  assert.equal(await client.get('Mode'), 'mask');
  logind.activate(BOB.id);
  await mode('blur');
  assert.equal(await client.get('Background'), 'color:#2e3436');
});

test('logind that comes later, ends and comes back', async () => {
  logind.stop();
  await start('{"version":1,"started":false,"users":{"1000":{"mode":"mask"}}}');
  assert.equal(await client.get('Mode'), 'blur');
  logind = await FakeLogind.start(bus.address);
  logind.active = ALICE.id;
  logind.setSessions(ALICE);
  logind.activate(ALICE.id);
  await mode('mask');
  logind.stop();
  await later();
  assert.equal(await client.get('Mode'), 'mask', 'an upgrade of logind is no change of users');
  logind = await FakeLogind.start(bus.address);
});

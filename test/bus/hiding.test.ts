/** The way out of mode passthrough, and what is left of it in the next life of the service. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { serviceForEach } from '../support/bus-fixture.js';
import type { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess, type Written } from '../support/service-process.js';

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;

serviceForEach((started) => {
  ({ bus, service, client } = started);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function open(engine = 'normal'): Promise<void> {
  service.setEngine(engine);
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', (value) => value === 'running');
  await client.call('SetMode', 's', 'passthrough');
}

const looks = (): Written['look'][] => service.written().flatMap(({ look }) => (look ? [look] : []));

test('a path that nothing answers for holds the way out up for nothing', async () => {
  await open();
  const slow = client.raw('SetBackground', 's', ['/net/dead/beach.jpg']);
  await client.call('SetMode', 's', 'blur');
  assert.equal(looks().at(-1)?.mode, 'blur');
  assert.equal(await client.get('Mode'), 'blur');
  const { error } = await slow;
  assert.equal(error, 'org.backscrub.Error.BadImage');
  await client.call('SetBackground', 's', 'color:#123456');
});

test('an engine that does not hide the room is gone when SetMode answers, and the card is everywhere', async () => {
  await open('deaf');
  const pid = service.written().findLast(({ pid }) => pid !== undefined)?.pid ?? 0;
  service.setEngine('normal');
  await client.call('SetMode', 's', 'mask');
  assert.throws(() => process.kill(pid, 0), 'reaped');
  const written = service.written();
  const last = written.findLastIndex(({ by }) => by === 'engine');
  assert.ok(written[last]?.pid === pid && written.length - last > 32, 'a card for every buffer');
  assert.equal(await client.get('Mode'), 'mask');
  await client.until('State', (value) => value === 'running');
});

test('killed in passthrough, or a moment after it was left: the next life hides the room', async () => {
  for (const leaves of [false, true]) {
    const life = leaves ? await ServiceProcess.start(bus, { state: service.state }) : service;
    const caller = leaves ? await BusClient.open(bus.address) : client;
    await caller.call('SetMode', 's', 'mask');
    await until(() => life.remembered()?.['mode'] === 'mask');
    await caller.call('SetMode', 's', 'passthrough');
    await caller.set('BlurStrength', 'u', 0);
    await caller.set('OnDemand', 'b', false);
    await caller.call('SetEffects', 'as', ['mirror']);
    await until(() => JSON.stringify(life.remembered()?.['effects']) === '["mirror"]');
    await caller.call('SetEffects', 'as', []);
    if (leaves) await caller.call('SetMode', 's', 'replace');
    await life.kill();
    if (leaves) caller.close();
    assert.doesNotMatch(JSON.stringify(life.remembered()), /passthrough|onDemand/);
    const next = await ServiceProcess.start(bus, { state: life.state });
    const reader = await BusClient.open(bus.address);
    const mode = await reader.get('Mode');
    const rest = [await reader.get('BlurStrength'), await reader.get('OnDemand')];
    reader.close();
    await next.stop();
    assert.ok(mode === 'mask' || mode === 'replace', String(mode));
    assert.deepEqual(rest, [50, true]);
  }
});

test('Stop ends the visit', async () => {
  await open();
  await client.set('BlurStrength', 'u', 0);
  await client.call('Stop');
  assert.deepEqual([await client.get('Mode'), await client.get('BlurStrength')], ['blur', 50]);
});

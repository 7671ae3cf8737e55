/** ListModels and SetModel, with a probe and an engine that are real processes but only act a part. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { serviceForEach } from '../support/bus-fixture.js';
import type { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const OWN_ERROR = 'org.backscrub.Error';
const DEFAULT = 'selfie_segmentation';

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;

serviceForEach((started) => {
  ({ bus, service, client } = started);
});

async function run(): Promise<void> {
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', (value) => value === 'running');
  await until(() => service.written().some(({ by }) => by === 'engine'));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function refuses(model: string, error: string, text: RegExp): Promise<void> {
  const before = await client.get('Model');
  const outcome = await client.raw('SetModel', 's', [model]);
  assert.equal(outcome.error, `${OWN_ERROR}.${error}`);
  assert.match(outcome.error === undefined ? '' : outcome.text, text);
  assert.equal(await client.get('Model'), before, 'a call that failed has changed nothing');
}

const told = (): unknown[] =>
  client.changes.flatMap(({ changed }) => ('Model' in changed ? [changed['Model']] : []));

test('ListModels: a dictionary with types for each model', async () => {
  const [models] = (await client.call('ListModels')) as [
    Record<string, { signature: string; value: unknown }>[],
  ];
  assert.deepEqual(
    models.map((model) => model['name']?.value),
    ['good', 'better', 'refuse', 'broken'],
  );
  const broken = models.at(-1) ?? {};
  const types = Object.entries(broken).map(([key, { signature }]) => `${key} ${signature}`);
  assert.deepEqual(types, [
    'name s',
    'title s',
    'licence s',
    'source s',
    'usable b',
    'problem s',
    'width u',
    'height u',
    'output s',
    'crop s',
  ]);
  assert.deepEqual([broken['usable']?.value, broken['problem']?.value], [false, 'It is broken.']);
  assert.deepEqual([broken['width']?.value, broken['height']?.value], [256, 144]);
});

test('without an engine: checked, kept, told, and what the next engine starts with', async () => {
  assert.equal(await client.get('Model'), DEFAULT);
  await client.call('SetModel', 's', 'better');
  assert.equal(await client.get('Model'), 'better');
  await client.call('SetModel', 's', 'better');
  assert.deepEqual(told(), ['better'], 'no change, no signal');
  await run();
  await until(() => service.log.includes('engine starts with better on cpu'));
});

test('bad ones, without an engine and with one', async () => {
  await refuses('nobody', 'UnknownModel', /no model nobody/);
  await refuses('broken', 'BadModel', /it is broken/);
  for (const odd of ['', '/etc/passwd', '../../good', '--models', 'x'.repeat(60_000)]) {
    await refuses(odd, 'UnknownModel', /ListModels/);
  }
  await run();
  await refuses('refuse', 'BadModel', /The engine cannot run it/);
  await refuses('a/b', 'UnknownModel', /ListModels/);
  assert.deepEqual(told(), []);
});

test('a running engine changes over before the answer, and goes on writing', async () => {
  await run();
  for (const model of ['good', 'better', 'good']) {
    await client.call('SetModel', 's', model);
    const models = service.written().flatMap((line) => (line.model ? [line.model] : []));
    assert.equal(models.at(-1), model);
    assert.equal(await client.get('Model'), model);
  }
  assert.deepEqual(told(), ['good', 'better', 'good']);
  assert.equal(await client.get('State'), 'running');
  const from = service.written().findIndex(({ by }) => by === 'engine');
  const later = new Set(
    service
      .written()
      .slice(from)
      .map(({ by }) => by),
  );
  assert.deepEqual(later, new Set(['engine']), 'no card in between');
});

test('an engine that dies of a model: the old one stays, and the next engine starts with it', async () => {
  await run();
  const outcome = await client.raw('SetModel', 's', ['crash']);
  assert.equal(outcome.error, `${OWN_ERROR}.UnknownModel`, 'the probe has the last word');
  assert.equal(await client.get('Model'), DEFAULT);
  await client.until('State', (value) => value === 'running');
  const starts = () => service.log.split(`engine starts with ${DEFAULT}`).length - 1;
  await until(() => starts() === 2);
});

test('--provider reaches the engine', async () => {
  await service.stop();
  const args = ['--resolution', '640x480', '--frame-rate', '15', '--provider', 'webgpu'];
  service = await ServiceProcess.start(bus, { args });
  client.close();
  client = await BusClient.open(bus.address);
  await run();
  await until(() => service.log.includes(`engine starts with ${DEFAULT} on webgpu`));
});

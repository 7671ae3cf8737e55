/** What happens to a service in the course of a day: cameras, sleep, other formats, a look at the picture. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Variant } from 'dbus-next';
import { BusClient } from '../support/bus-client.js';
import { FakeLogind } from '../support/fake-logind.js';
import { PrivateBus } from '../support/private-bus.js';
import { type ServiceOptions, ServiceProcess } from '../support/service-process.js';

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;
let logind: FakeLogind | undefined;

before(async () => {
  bus = await PrivateBus.start();
});
after(async () => bus?.stop());
afterEach(async () => {
  logind?.stop();
  logind = undefined;
  client?.close();
  await service?.stop();
});

async function start(options: ServiceOptions = {}): Promise<void> {
  service = await ServiceProcess.start(bus, options);
  client = await BusClient.open(bus.address);
}

beforeEach(() => {
  logind = undefined;
});

const is = (wanted: unknown) => (value: unknown) => value === wanted;

async function watch(): Promise<void> {
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', is('running'));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const camerasSet = (): unknown[] => service.written().flatMap(({ camera }) => camera ?? []);

test('the camera of a running picture is changed by the engine, before the answer', async () => {
  await start();
  await watch();
  assert.equal(await client.get('Camera'), 'usb-1');
  await client.call('SetCamera', 's', 'usb-2');
  assert.deepEqual(camerasSet(), ['usb-2']);
  assert.equal(await client.get('Camera'), 'usb-2');
  const refused = await client.raw('SetCamera', 's', ['busy']);
  assert.equal(refused.error, 'org.backscrub.Error.CameraBusy');
  assert.equal(await client.get('Camera'), 'usb-2');
  assert.equal(await client.get('State'), 'running');
});

test('a snapshot comes from the engine, as bytes', async () => {
  await start();
  await watch();
  const options = { size: new Variant('u', 320), quality: new Variant('u', 70) };
  const [jpeg] = (await client.call('Snapshot', 'a{sv}', options)) as [Buffer];
  assert.deepEqual([...jpeg], [0xff, 0xd8, 320 >> 8, 320 & 255, 70, 0xff, 0xd9]);
  const [plain] = (await client.call('Snapshot', 'a{sv}', {})) as [Buffer];
  assert.deepEqual([...plain].slice(2, 5), [640 >> 8, 640 & 255, 80]);
  await client.call('Stop');
  const outcome = await client.raw('Snapshot', 'a{sv}', [{}]);
  assert.equal(outcome.error, 'org.backscrub.Error.Failed');
});

test('an engine whose picture is none', async () => {
  await start({ engine: 'liar' });
  await watch();
  const outcome = await client.raw('Snapshot', 'a{sv}', [{}]);
  assert.equal(outcome.error, 'org.backscrub.Error.Failed');
  assert.equal(await client.get('State'), 'running');
});

test('without on-demand the camera is on while nobody watches', async () => {
  await start();
  await client.call('Start');
  await client.set('OnDemand', 'b', false);
  await client.until('State', is('running'));
  assert.equal(await client.get('Consumers'), 0);
  await client.until('CameraInUse', is(true));
  await client.set('OnDemand', 'b', true);
  await client.until('State', is('idle'));
  await client.until('CameraInUse', is(false));
});

test('another resolution waits for the readers, and is there when they have gone', async () => {
  await start();
  await watch();
  await client.set('Resolution', 's', '320x240');
  assert.equal(await client.get('Resolution'), '320x240');
  const widths = (): unknown[] => service.written().flatMap(({ width }) => width ?? []);
  assert.equal(widths().includes(320), false);
  await service.order({ consumers: 0 });
  await client.until('State', is('idle'));
  await until(() => widths().includes(320));
  assert.equal(widths().at(-1), 320);
  // Enough that no buffer of the device still holds the person.
  await until(() => {
    const written = service.written();
    return written.length - written.findIndex(({ width }) => width === 320) >= 32;
  });
});

test('a camera of another size changes an automatic resolution', async () => {
  await start({ args: [] });
  await client.call('Start');
  await until(() => service.written().at(-1)?.width === 640);
  await client.call('SetCamera', 's', 'usb-2');
  await until(() => service.written().at(-1)?.width === 320);
});

test('sleep: the camera is closed before, and on again after; forged signals do nothing', async () => {
  logind = await FakeLogind.start(bus.address);
  await start();
  await watch();
  const forger = await FakeLogind.start(bus.address, false);
  forger.prepareForSleep(true);
  forger.prepareForSleep(true, 'org.backscrub');
  logind.prepareForSleep(true, undefined, '/org/example');
  await client.get('State');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await client.get('State'), 'running');
  logind.prepareForSleep(true);
  await client.until('State', is('suspended'));
  await client.until('CameraInUse', is(false));
  assert.equal(service.written().at(-1)?.by, 'placeholder');
  forger.prepareForSleep(false, 'org.backscrub');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(await client.get('State'), 'suspended');
  logind.prepareForSleep(false);
  await client.until('State', is('running'));
  forger.stop();
});

test('logind that comes later, ends in mid-suspend, and comes back', async () => {
  await start();
  await client.call('Start');
  logind = await FakeLogind.start(bus.address);
  await new Promise((resolve) => setTimeout(resolve, 100));
  logind.prepareForSleep(true);
  await client.until('State', is('suspended'));
  logind.stop();
  await client.until('State', is('idle'));
  logind = await FakeLogind.start(bus.address);
  logind.prepareForSleep(true);
  await client.until('State', is('suspended'));
});

test('a service that is started while the system goes to sleep', async () => {
  logind = await FakeLogind.start(bus.address);
  logind.preparing = true;
  await start({ args: ['--start', '--resolution', '640x480', '--frame-rate', '15'] });
  await client.until('State', is('suspended'));
});

test('twenty opens a second: one engine', async () => {
  await start();
  await client.call('Start');
  for (let i = 0; i < 40; i++) {
    await service.order({ consumers: 1 });
    await service.order({ consumers: 0 });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const { 'engine-starts': starts } = (await client.get('Statistics')) as Record<string, Variant>;
  assert.equal(starts?.value, 1);
});

test('a module without exclusive_caps, or without the event: it works, and says what to do', async () => {
  await start({ trouble: 'shared', args: ['--start', '--resolution', '640x480', '--frame-rate', '15'] });
  assert.equal(await client.get('State'), 'idle');
  const [name, text] = (await client.get('LastError')) as [string, string];
  assert.equal(name, 'org.backscrub.Error.NoVirtualCamera');
  assert.match(text, /exclusive_caps=1/);
  client.close();
  await service.stop();
  await start({ trouble: 'silent' });
  assert.equal(await client.get('Consumers'), 1);
  assert.match(((await client.get('LastError')) as [string, string])[1], /0\.13/);
  await client.call('Start');
  await client.until('State', is('running'));
  await client.set('Resolution', 's', '320x240');
  await client.call('Stop');
  await until(() => service.written().at(-1)?.width === 320);
});

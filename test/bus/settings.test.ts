/** What is found again after a restart, in whatever way the service ended. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { PrivateBus } from '../support/private-bus.js';
import { type ServiceOptions, ServiceProcess } from '../support/service-process.js';

let bus: PrivateBus;

before(async () => {
  bus = await PrivateBus.start();
});
after(async () => bus?.stop());

/** A state directory with this settings.json, or none. */
function state(content?: string): string {
  const folder = mkdtempSync(join(bus.directory, 'state-'));
  if (content !== undefined) writeFileSync(join(folder, 'settings.json'), content);
  return folder;
}

async function run<T>(
  options: ServiceOptions,
  work: (client: BusClient, service: ServiceProcess) => Promise<T>,
  end: (service: ServiceProcess) => Promise<unknown> = (service) => service.stop(),
): Promise<T> {
  const service = await ServiceProcess.start(bus, options);
  const client = await BusClient.open(bus.address);
  try {
    return await work(client, service);
  } finally {
    client.close();
    await end(service);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const NAMES = [
  'State',
  'Mode',
  'Background',
  'BlurStrength',
  'Camera',
  'Model',
  'OnDemand',
  'Resolution',
  'FrameRate',
];

async function values(client: BusClient): Promise<unknown[]> {
  return await Promise.all(NAMES.map((name) => client.get(name)));
}

async function changeAll(client: BusClient): Promise<void> {
  await client.call('Stop');
  await client.call('SetMode', 's', 'mask');
  await client.call('SetBackground', 's', 'color:#123456');
  await client.set('BlurStrength', 'u', 7);
  await client.call('SetCamera', 's', 'usb-2');
  await client.call('SetModel', 's', 'better');
  await client.set('Resolution', 's', '320x240');
  await client.set('FrameRate', 'u', 25);
}

/** The format that the camera gave is kept, too, whatever was chosen. */
const kept = (folder: string): string[] => readdirSync(folder).filter((name) => name !== 'format.json');

const CHANGED = ['stopped', 'mask', 'color:#123456', 7, 'usb-2', 'better', true, '320x240', 25];

test('a new installation is started, and remembers nothing before something was chosen', async () => {
  const folder = state();
  await run({ state: folder, args: [] }, async (client) => {
    const expected = ['idle', 'blur', 'color:#2e3436', 50, '', 'selfie_segmentation', true, 'auto', 0];
    assert.deepEqual(await values(client), expected);
  });
  assert.deepEqual(kept(folder), []);
});

test('everything is there again after an orderly end', async () => {
  const folder = state();
  await run({ state: folder, args: [] }, changeAll);
  await run({ state: folder, args: [] }, async (client, service) => {
    assert.deepEqual(await values(client), CHANGED);
    assert.equal(service.written()[0]?.width, 320, 'the device has the format from the beginning');
  });
});

test('everything is there again after SIGKILL, a moment after the last change', async () => {
  const folder = state();
  await run(
    { state: folder, args: [] },
    async (client, service) => {
      await changeAll(client);
      await until(() => service.remembered()?.['frameRate'] === 25);
    },
    (service) => service.kill(),
  );
  await run({ state: folder, args: [] }, async (client) => assert.deepEqual(await values(client), CHANGED));
});

test('a call that was refused is not remembered', async () => {
  const folder = state();
  await run({ state: folder }, async (client) => {
    await client.raw('SetMode', 's', ['nonsense']);
    await client.raw('SetModel', 's', ['broken']);
    await client.raw('SetCamera', 's', ['usb-9']);
  });
  assert.deepEqual(kept(folder), []);
});

test('a damaged file: set aside with a warning, and the service goes on', async () => {
  const folder = state('{"version":1,"mode":');
  await run({ state: folder, args: [] }, async (client, service) => {
    assert.equal(await client.get('Mode'), 'blur');
    assert.match(service.log, /warning: .*settings\.json cannot be used.*set aside/);
    await client.call('SetMode', 's', 'mask');
  });
  assert.deepEqual(
    kept(folder).map((name) => name.replace(/damaged-.*/, 'damaged')),
    ['settings.json', 'settings.json.damaged'],
  );
  await run({ state: folder, args: [] }, async (client) => assert.equal(await client.get('Mode'), 'mask'));
});

test('a wrong value costs itself only; what a newer version has added stays', async () => {
  const folder = state('{"version":7,"mode":"x-ray","blurStrength":3,"sparkle":[1]}');
  await run({ state: folder, args: [] }, async (client, service) => {
    assert.deepEqual([await client.get('Mode'), await client.get('BlurStrength')], ['blur', 3]);
    assert.match(service.log, /"mode" is "x-ray"/);
    await client.set('BlurStrength', 'u', 4);
    await until(() => service.remembered()?.['blurStrength'] === 4);
    assert.deepEqual([service.remembered()?.['version'], service.remembered()?.['sparkle']], [7, [1]]);
  });
});

test('a model that has gone: the service starts, the default stands in, LastError says so until another is chosen', async () => {
  const folder = state('{"version":1,"started":true,"model":"gone"}');
  await run({ state: folder }, async (client, service) => {
    await service.order({ consumers: 1 });
    await client.until('State', (value) => value === 'running');
    const [name] = (await client.get('LastError')) as [string, string];
    assert.equal(name, 'org.backscrub.Error.UnknownModel');
    assert.equal(await client.get('Model'), 'gone', 'it may come back');
    await client.call('SetModel', 's', 'better');
    assert.deepEqual(await client.get('LastError'), ['', '']);
  });
});

test('the command line goes first and is not remembered', async () => {
  const folder = state('{"version":1,"started":false,"resolution":"320x240"}');
  const args = ['--start', '--resolution', '640x480', '--frame-rate', '15'];
  await run({ state: folder, args }, async (client) => {
    assert.deepEqual([await client.get('State'), await client.get('Resolution')], ['idle', '640x480']);
    await client.call('SetMode', 's', 'mask');
  });
  await run({ state: folder, args: [] }, async (client) => {
    assert.deepEqual(
      [await client.get('State'), await client.get('Resolution'), await client.get('Mode')],
      ['stopped', '320x240', 'mask'],
    );
  });
});

test('settings that cannot be written: one warning, and everything works', async () => {
  const folder = join(bus.directory, 'no-such-folder');
  await run({ state: folder, args: [] }, async (client, service) => {
    for (const mode of ['mask', 'replace', 'blur', 'mask']) await client.call('SetMode', 's', mode);
    await until(() => service.log.includes('cannot be saved'));
    await client.call('SetMode', 's', 'replace');
    assert.equal(await client.get('Mode'), 'replace');
    assert.equal(service.log.match(/cannot be saved/g)?.length, 1);
    // The disk has room again.
    mkdirSync(folder);
  });
  assert.deepEqual(kept(folder), ['settings.json'], 'written at the end');
});

/** The session end to end, with an engine that is a real process but writes lines for frames. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type BusClient, PROPERTIES } from '../support/bus-client.js';
import { serviceForEach } from '../support/bus-fixture.js';
import type { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess, type Written } from '../support/service-process.js';

let bus: PrivateBus;
let service: ServiceProcess;
let client: BusClient;

serviceForEach((started) => {
  ({ bus, service, client } = started);
});

const is = (wanted: string) => (value: unknown) => value === wanted;

async function run(): Promise<void> {
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', is('running'));
  await until(() => service.written().some(({ by }) => by === 'engine'));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The engines that wrote, each with the placeholder before the next. */
function turns(written: readonly Written[]): string[] {
  const names = written.map(({ by, pid }) => (by === 'engine' ? `engine ${pid ?? ''}`.trim() : by));
  return names.filter((name, index) => name !== 'engine' && name !== names[index - 1]);
}

const enginePid = (): number => service.written().findLast(({ pid }) => pid !== undefined)?.pid ?? 0;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('idle until somebody watches, then running; Stop answers when the engine is gone', async () => {
  await client.call('Start');
  assert.equal(await client.get('State'), 'idle');
  await service.order({ consumers: 1 });
  await client.until('State', is('running'));
  await client.until('CameraInUse', (value) => value === true);
  assert.equal(await client.get('Camera'), 'usb-1');
  assert.equal(await client.get('Consumers'), 1);
  await until(() => service.written().some(({ by }) => by === 'engine'));
  const pid = enginePid();
  await client.call('Stop');
  assert.equal(isAlive(pid), false);
  assert.equal(await client.get('CameraInUse'), false);
  assert.equal(service.written().at(-1)?.by, 'placeholder');
  assert.deepEqual(turns(service.written()), ['placeholder', `engine ${pid}`, 'placeholder']);
});

test('what changes together is told together, and before the answer', async () => {
  await client.call('Start');
  assert.deepEqual(
    client.changes.map(({ changed }) => changed),
    [{ State: 'idle' }],
  );
  await service.order({ consumers: 1 });
  await client.until('State', is('running'));
  assert.deepEqual(client.changes[1]?.changed, { State: 'starting', Consumers: 1 });
  const told = client.changes.length;
  await client.call('SetMode', 's', 'mask');
  assert.ok(client.changes.slice(told).some(({ changed }) => changed['Mode'] === 'mask'));
  await client.call('SetMode', 's', 'mask');
  assert.equal(client.changes.filter(({ changed }) => 'Mode' in changed).length, 1, 'no change, no signal');
  await client.call('Stop');
  const last = client.changes.at(-1)?.changed;
  assert.deepEqual(last, { Camera: '', CameraInUse: false });
});

test('a killed engine: placeholder before anything else, and a new engine', async () => {
  await run();
  const pid = enginePid();
  process.kill(pid, 'SIGKILL');
  await client.until('LastError', (value) => Array.isArray(value) && String(value[1]).includes('SIGKILL'));
  assert.equal(await client.get('CameraInUse'), false);
  await client.until('State', is('running'));
  await until(() => enginePid() !== pid);
  assert.deepEqual(await client.get('LastError'), ['', '']);
  assert.deepEqual(turns(service.written()), [
    'placeholder',
    `engine ${pid}`,
    'placeholder',
    `engine ${enginePid()}`,
  ]);
  assert.deepEqual(await statistics('engine-starts', 'engine-failures'), [2, 1]);
});

test('an engine that keeps ending is started after longer and longer pauses', async () => {
  service.setEngine('crash');
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', is('failed'));
  const [name, text] = (await client.get('LastError')) as [string, string];
  assert.equal(name, 'org.backscrub.Error.Failed');
  assert.match(text, /exit status 3/);
  // 0.25 + 0.5 s: the third start is under way or done.
  while (Number((await statistics('engine-starts'))[0]) < 3)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(new Set(service.written().map(({ by }) => by)), new Set(['placeholder']));
  service.setEngine('normal');
  await client.call('Start');
  await client.until('State', is('running'));
});

test('an engine that hangs is killed', async () => {
  service.setEngine('hang');
  await run();
  const pid = enginePid();
  service.setEngine('normal');
  await client.until(
    'LastError',
    (value) => Array.isArray(value) && /no sign of life/.test(String(value[1])),
  );
  await client.until('State', is('running'));
  assert.equal(isAlive(pid), false);
  await until(() => enginePid() !== pid);
  assert.deepEqual(turns(service.written()).slice(1, 3), [`engine ${pid}`, 'placeholder']);
});

test('no camera: failed with its error, the placeholder goes on', async () => {
  service.setEngine('released');
  await client.call('Start');
  await service.order({ consumers: 1 });
  await client.until('State', is('failed'));
  assert.deepEqual(await client.get('LastError'), ['org.backscrub.Error.NoCamera', 'No camera is there.']);
  const painted = service.written().length;
  await until(() => service.written().length > painted + 2);
  assert.deepEqual(new Set(service.written().map(({ by }) => by)), new Set(['placeholder']));
});

test('a look reaches the running engine before the answer; what the engine refuses changes nothing', async () => {
  await run();
  await client.call('SetMode', 's', 'replace');
  const looks = (): Written['look'][] => service.written().flatMap(({ look }) => (look ? [look] : []));
  assert.equal(looks().at(-1)?.mode, 'replace');
  await client.set('BlurStrength', 'u', 9);
  const look = {
    mode: 'replace',
    background: 'color:#2e3436',
    blurStrength: 9,
    effects: [],
    crossFade: 200,
  };
  assert.deepEqual(looks().at(-1), look);
  await client.call('SetEffects', 'as', ['hologram', 'mirror']);
  assert.deepEqual(looks().at(-1), { ...look, effects: ['hologram', 'mirror'] });
  const path = join(bus.directory, 'refuse.jpg');
  writeFileSync(path, 'IMAGE');
  const refused = await client.raw('SetBackground', 's', [path]);
  assert.equal(refused.error, 'org.backscrub.Error.BadImage');
  assert.equal(await client.get('Background'), 'color:#2e3436');
});

test('the engine goes when its last consumer has left for a while', async () => {
  await run();
  const pid = enginePid();
  await service.order({ consumers: 0 });
  await client.until('Consumers', (value) => value === 0);
  assert.equal(await client.get('State'), 'running');
  await client.until('State', is('idle'));
  await client.until('CameraInUse', (value) => value === false);
  assert.equal(isAlive(pid), false);
  const rest = service.written().slice(service.written().findLastIndex(({ by }) => by === 'engine') + 1);
  assert.ok(rest.length >= 32, 'no buffer of the device still holds the person');
});

test('statistics of the engine come with their types', async () => {
  await run();
  while ((await statistics('frames'))[0] === undefined)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    await statistics('frames', 'dropped', 'frames-per-second', 'execution-provider', 'stages'),
    [90n, 1n, 30, 'cpu', { infer: { 'wall-median': 4.5, 'wall-p99': 6, 'cpu-median': 4.25, 'cpu-p99': 5 } }],
  );
});

test('the device can go and come back', async () => {
  await run();
  const pid = enginePid();
  await client.call('Stop');
  await client.call('Start');
  await client.until('State', is('running'));
  await client.call('Stop');
  await service.order({ device: false });
  await client.until('VirtualCamera', is(''));
  const outcome = await client.raw('Start', '', []);
  assert.equal(outcome.error, 'org.backscrub.Error.NoVirtualCamera');
  assert.equal(await client.get('State'), 'stopped', 'a call that failed has changed nothing');
  await service.order({ device: true });
  await client.call('Start');
  assert.notEqual(await client.get('VirtualCamera'), '');
  assert.notEqual(pid, 0);
});

test('SIGTERM: engine gone, placeholder last, status 0', async () => {
  await run();
  const pid = enginePid();
  assert.equal(await service.stop(), 0);
  assert.equal(isAlive(pid), false);
  assert.equal(service.written().at(-1)?.by, 'placeholder');
});

test('a second service leaves the first one alone', async () => {
  const second = ServiceProcess.spawn(bus);
  assert.equal(await second.exited, 1);
  assert.match(second.log, /owns the name org\.backscrub/);
  assert.deepEqual(second.written(), [], 'it never touched a device');
  assert.equal(await client.get('State'), 'stopped');
});

async function statistics(...keys: string[]): Promise<unknown[]> {
  const outcome = await client.raw('Get', 'ss', ['org.backscrub', 'Statistics'], { interface: PROPERTIES });
  const [variant] = (outcome.error === undefined ? outcome.body : []) as [
    { value: Record<string, { value: unknown }> },
  ];
  return keys.map((key) => variant.value[key]?.value);
}

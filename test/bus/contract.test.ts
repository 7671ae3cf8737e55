/** The service on a private bus: its contract, seen by busctl, gdbus and a plain client. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { METHODS, PROPERTIES as TABLE } from '@backscrub/daemon/generated/contract.js';
import { Variant } from 'dbus-next';
import { type BusClient, type Outcome, PROPERTIES } from '../support/bus-client.js';
import { oneService } from '../support/bus-fixture.js';
import { type PrivateBus, ROOT } from '../support/private-bus.js';

const ERROR = 'org.freedesktop.DBus.Error';
const OWN_ERROR = 'org.backscrub.Error';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
const PEER = 'org.freedesktop.DBus.Peer';

let bus: PrivateBus;
let client: BusClient;

oneService((started) => {
  ({ bus, client } = started);
});

function refuses(outcome: Outcome, error: string, text: RegExp = /./): void {
  assert.equal(outcome.error, error);
  if (outcome.error !== undefined) {
    assert.match(outcome.text, text);
    assert.doesNotMatch(outcome.text, /\.js|\bat /, 'no stack and no file of ours');
  }
}

/** Without comments, blanks between elements, and the document type. */
function bare(xml: string): string {
  return xml
    .replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[\s\S]*?>/g, '')
    .replace(/>\s+</g, '><')
    .trim();
}

const own = (xml: string): string | undefined =>
  /<interface name="org\.backscrub">.*?<\/interface>/.exec(bare(xml))?.[0];

test('the generated tables are fresh', () => {
  const check = spawnSync(process.execPath, [join(ROOT, 'scripts/generate-dbus.mjs'), '--check'], {
    encoding: 'utf8',
  });
  assert.equal(check.status, 0, check.stderr);
});

test('introspection is the contract, with the standard interfaces', async () => {
  const [xml] = await client
    .raw('Introspect', '', [], { interface: INTROSPECTABLE })
    .then((outcome) => (outcome.error === undefined ? outcome.body : []));
  const contract = readFileSync(join(ROOT, 'dbus/org.backscrub.xml'), 'utf8');
  assert.equal(own(String(xml)), own(contract));
  for (const name of [PROPERTIES, INTROSPECTABLE, PEER]) assert.match(String(xml), new RegExp(`"${name}"`));
});

test('busctl and gdbus understand it', () => {
  const run = (command: string, ...args: string[]) => spawnSync(command, args, { encoding: 'utf8' });
  const target = ['org.backscrub', '/org/backscrub'];
  const tree = run('busctl', `--address=${bus.address}`, 'introspect', ...target);
  assert.equal(tree.status, 0, tree.stderr);
  for (const name of [...Object.keys(METHODS), ...Object.keys(TABLE)])
    assert.match(tree.stdout, new RegExp(`\\.${name} `));
  const mode = run('busctl', `--address=${bus.address}`, 'get-property', ...target, 'org.backscrub', 'Mode');
  assert.equal(mode.stdout.trim(), 's "blur"');
  const gdbus = spawnSync(
    'gdbus',
    ['introspect', '--system', '--recurse', '--dest', 'org.backscrub', '--object-path', '/'],
    { encoding: 'utf8', env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus.address } },
  );
  assert.equal(gdbus.status, 0, gdbus.stderr);
  assert.match(gdbus.stdout, /interface org\.backscrub \{/);
});

test('every property reads with its type, one by one and all together', async () => {
  const outcome = await client.raw('GetAll', 's', ['org.backscrub'], { interface: PROPERTIES });
  const all = (outcome.error === undefined ? outcome.body[0] : {}) as Record<string, Variant>;
  assert.deepEqual(Object.keys(all).sort(), Object.keys(TABLE).sort());
  for (const { name, signature } of Object.values(TABLE)) {
    assert.equal(all[name]?.signature, signature, name);
    assert.deepEqual(await client.get(name), all[name]?.value, name);
  }
  assert.equal(all['Mode']?.value, 'blur');
  assert.deepEqual(all['Modes']?.value, ['passthrough', 'blur', 'replace', 'mask']);
  assert.deepEqual(all['LastError']?.value, ['', '']);
  assert.match(String(all['Version']?.value), /^\d+\.\d+\.\d+$/);
});

test('start and stop', async () => {
  await client.call('Start');
  assert.equal(await client.get('State'), 'idle');
  await client.call('Start');
  await client.call('Stop');
  assert.equal(await client.get('State'), 'stopped');
  await client.call('Stop');
});

test('modes: every one of the list, and no other', async () => {
  for (const mode of (await client.get('Modes')) as string[]) {
    await client.call('SetMode', 's', mode);
    assert.equal(await client.get('Mode'), mode);
  }
  await client.call('SetMode', 's', 'blur');
  for (const bad of ['', 'Blur', 'none', 'x'.repeat(60_000)]) {
    refuses(
      await client.raw('SetMode', 's', [bad]),
      `${ERROR}.InvalidArgs`,
      /passthrough, blur, replace, mask/,
    );
  }
  assert.equal(await client.get('Mode'), 'blur');
});

test('backgrounds: colours and files, and what is neither', async () => {
  const image = join(bus.directory, 'image');
  const document = join(bus.directory, 'text');
  writeFileSync(image, 'IMAGE');
  writeFileSync(document, 'Dear reader');
  for (const good of [image, 'gradient:#102030-#405060@45', 'color:#00ff7f']) {
    await client.call('SetBackground', 's', good);
    assert.equal(await client.get('Background'), good);
  }
  const set = (background: string) => client.raw('SetBackground', 's', [background]);
  refuses(await set('color:#00ff7'), `${ERROR}.InvalidArgs`, /color:#2e3436/);
  refuses(await set('gradient:#00ff7f'), `${ERROR}.InvalidArgs`, /gradient:#1b2a49/);
  refuses(await set('builtin:No-Such'), `${OWN_ERROR}.UnknownBackground`);
  refuses(await set('beach'), `${OWN_ERROR}.UnknownBackground`);
  refuses(await set('/nowhere/at/all.jpg'), `${OWN_ERROR}.UnknownBackground`, /\/nowhere/);
  refuses(await set(bus.directory), `${OWN_ERROR}.BadImage`);
  for (const path of ['/dev/zero', '/proc/self/environ', '/sys/kernel/profiling']) {
    if (existsSync(path))
      refuses(await set(path), `${OWN_ERROR}.BadImage`, /is (not a file|a file of the kernel)/);
  }
  const fifo = join(bus.directory, 'fifo');
  spawnSync('mkfifo', [fifo]);
  refuses(await set(fifo), `${OWN_ERROR}.BadImage`, /is not a file/);
  await client.call('SetBackground', 's', 'gradient:#102030-#405060@45');
  refuses(await set('gradient:#102030'), `${ERROR}.InvalidArgs`, /gradient:#/);
  refuses(await set('0'.repeat(32)), `${OWN_ERROR}.UnknownBackground`);
  await client.call('SetBackground', 's', 'color:#00ff7f');
  refuses(await set(document), `${OWN_ERROR}.BadImage`);
  refuses(await set(`/${'x'.repeat(5000)}`), `${ERROR}.InvalidArgs`);
  assert.equal(await client.get('Background'), 'color:#00ff7f');
});

test('blur strength', async () => {
  for (const good of [0, 100, 33]) {
    assert.equal((await client.set('BlurStrength', 'u', good)).error, undefined);
    assert.equal(await client.get('BlurStrength'), good);
  }
  refuses(await client.set('BlurStrength', 'u', 101), `${ERROR}.InvalidArgs`, /100/);
  refuses(await client.set('BlurStrength', 'i', 5), `${ERROR}.InvalidArgs`);
  refuses(await client.set('BlurStrength', 's', '5'), `${ERROR}.InvalidArgs`);
  assert.equal(await client.get('BlurStrength'), 33);
});

test('effects: the order stays; unknown and repeated ones change nothing', async () => {
  const available = (await client.get('AvailableEffects')) as string[];
  assert.deepEqual(await client.get('Effects'), []);
  assert.ok(available.includes('hologram') && available.includes('mirror'));
  for (const good of [[...available].reverse(), ['vignette', 'mirror'], available, [], ['flip']]) {
    await client.call('SetEffects', 'as', good);
    assert.deepEqual(await client.get('Effects'), good);
  }
  const set = (...effects: string[]) => client.raw('SetEffects', 'as', [effects]);
  for (const bad of ['sepia', 'Mirror', '', 'x'.repeat(60_000)]) {
    refuses(
      await set('mirror', bad),
      `${ERROR}.InvalidArgs`,
      /the effects are hologram, mirror, flip, grayscale/,
    );
  }
  refuses(await set('mirror', 'flip', 'mirror'), `${ERROR}.InvalidArgs`, /mirror is named twice/);
  refuses(await set(...Array.from({ length: 5_000 }, () => 'flip')), `${ERROR}.InvalidArgs`);
  refuses(await client.raw('SetEffects', 's', ['flip']), `${ERROR}.InvalidArgs`);
  assert.deepEqual(await client.get('Effects'), ['flip']);
  await client.call('SetEffects', 'as', []);
});

test('cross-fade', async () => {
  assert.equal(await client.get('CrossFade'), 200);
  for (const good of [0, 2000, 400]) {
    assert.equal((await client.set('CrossFade', 'u', good)).error, undefined);
    assert.equal(await client.get('CrossFade'), good);
  }
  refuses(await client.set('CrossFade', 'u', 2001), `${ERROR}.InvalidArgs`, /2000/);
  refuses(await client.set('CrossFade', 's', '5'), `${ERROR}.InvalidArgs`);
  assert.equal(await client.get('CrossFade'), 400);
});

test('on demand', async () => {
  for (const good of [false, true]) {
    assert.equal((await client.set('OnDemand', 'b', good)).error, undefined);
    assert.equal(await client.get('OnDemand'), good);
  }
  refuses(await client.set('OnDemand', 'u', 1), `${ERROR}.InvalidArgs`);
});

test('resolution and frame rate', async () => {
  for (const good of ['1920x1080', '640x480']) {
    assert.equal((await client.set('Resolution', 's', good)).error, undefined);
    assert.equal(await client.get('Resolution'), good);
  }
  for (const bad of ['', 'large', '641x480', '10000x2', '640x480 '])
    refuses(await client.set('Resolution', 's', bad), `${ERROR}.InvalidArgs`, /1280x720/);
  for (const good of [240, 15]) {
    assert.equal((await client.set('FrameRate', 'u', good)).error, undefined);
    assert.equal(await client.get('FrameRate'), good);
  }
  refuses(await client.set('FrameRate', 'u', 241), `${ERROR}.InvalidArgs`, /240/);
  refuses(await client.set('FrameRate', 'd', 30), `${ERROR}.InvalidArgs`);
  assert.deepEqual([await client.get('Resolution'), await client.get('FrameRate')], ['640x480', 15]);
  const { width, height, 'frame-rate': rate } = (await client.get('Statistics')) as Record<string, Variant>;
  assert.deepEqual([width?.value, height?.value, rate?.value], [640, 480, 15]);
});

test('cameras: the list, one of it, and no other', async () => {
  const [rows] = (await client.call('ListCameras')) as [Record<string, Variant>[]];
  const types = Object.fromEntries(
    Object.entries(rows[0] ?? {}).map(([key, { signature }]) => [key, signature]),
  );
  assert.deepEqual(types, {
    id: 's',
    name: 's',
    path: 's',
    present: 'b',
    chosen: 'b',
    'in-use': 'b',
    usable: 'b',
    problem: 's',
    sizes: 'as',
  });
  await client.call('SetCamera', 's', 'usb-2');
  assert.equal(await client.get('Camera'), 'usb-2');
  const [marked] = (await client.call('ListCameras')) as [Record<string, Variant>[]];
  assert.deepEqual(
    marked.filter(({ chosen }) => chosen?.value === true).map(({ id }) => id?.value),
    ['usb-2'],
  );
  for (const bad of ['usb-3', '/dev/video0', 'x'.repeat(60_000)])
    refuses(await client.raw('SetCamera', 's', [bad]), `${OWN_ERROR}.NoCamera`);
  assert.equal(await client.get('Camera'), 'usb-2');
  await client.call('SetCamera', 's', '');
  assert.equal(await client.get('Camera'), '');
});

test('a snapshot without a picture, and of options that are none', async () => {
  const take = (options: Record<string, Variant>) => client.raw('Snapshot', 'a{sv}', [options]);
  refuses(await take({}), `${OWN_ERROR}.Failed`, /Start/);
  refuses(await take({ size: new Variant('u', 4) }), `${ERROR}.InvalidArgs`, /16 to 4096/);
  refuses(await take({ size: new Variant('s', '640') }), `${ERROR}.InvalidArgs`);
  refuses(await take({ quality: new Variant('u', 101) }), `${ERROR}.InvalidArgs`);
  refuses(await take({ hat: new Variant('u', 1) }), `${ERROR}.InvalidArgs`, /size and quality/);
});

test('read-only properties stay as they are', async () => {
  for (const { name, signature, access } of Object.values(TABLE)) {
    if (access !== 'read' || signature !== 's') continue;
    const old = await client.get(name);
    refuses(await client.set(name, 's', 'forged'), `${ERROR}.PropertyReadOnly`);
    assert.deepEqual(await client.get(name), old, name);
  }
});

test('wrong signatures', async () => {
  for (const { name, inSignature } of Object.values(METHODS)) {
    const wrong: [string, unknown[]] = inSignature === 's' ? ['i', [1]] : ['s', ['x']];
    refuses(await client.raw(name, ...wrong), `${ERROR}.InvalidArgs`, new RegExp(name));
  }
  refuses(await client.raw('SetMode', 'v', [new Variant('s', 'blur')]), `${ERROR}.InvalidArgs`);
  refuses(await client.raw('SetMode', 'ss', ['blur', 'blur']), `${ERROR}.InvalidArgs`);
  refuses(await client.raw('Get', 's', ['Mode'], { interface: PROPERTIES }), `${ERROR}.InvalidArgs`);
  refuses(await client.raw('Set', 'sss', ['a', 'b', 'c'], { interface: PROPERTIES }), `${ERROR}.InvalidArgs`);
});

test('what is not there', async () => {
  const get = (...body: string[]) => client.raw('Get', 'ss', body, { interface: PROPERTIES });
  refuses(await client.raw('Fly', '', []), `${ERROR}.UnknownMethod`, /Fly/);
  refuses(await client.raw('constructor', '', []), `${ERROR}.UnknownMethod`);
  refuses(await client.raw('Start', '', [], { interface: PEER }), `${ERROR}.UnknownMethod`);
  refuses(await client.raw('Start', '', [], { path: '/org/backscrub/other' }), `${ERROR}.UnknownObject`);
  refuses(await get('org.backscrub', 'Weather'), `${ERROR}.UnknownProperty`, /Weather/);
  refuses(await get('org.example', 'Mode'), `${ERROR}.UnknownInterface`);
  refuses(await client.set('Weather', 's', 'x'), `${ERROR}.UnknownProperty`);
});

test('Peer', async () => {
  assert.deepEqual(await client.raw('Ping', '', [], { interface: PEER, path: '/' }), {
    body: [],
    signature: '',
  });
  const id = await client.raw('GetMachineId', '', [], { interface: PEER });
  if (id.error === undefined) assert.match(String(id.body[0]), /^[0-9a-f]{32}$/);
  else refuses(id, `${OWN_ERROR}.Failed`, /machine id/);
});

test('many calls at once are all answered', async () => {
  // A bus lets a peer wait for 128 answers at a time.
  const calls = Array.from({ length: 100 }, (_, i) =>
    client.raw('SetMode', 's', [i % 2 ? 'blur' : 'nonsense']),
  );
  const errors = (await Promise.all(calls)).map(({ error }) => error);
  assert.deepEqual(
    errors,
    errors.map((_, i) => (i % 2 ? undefined : `${ERROR}.InvalidArgs`)),
  );
});

/** The store over the bus, with the real process that decodes. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ValueWriter } from '@backscrub/daemon/shared/message-writer.js';
import type { Variant } from 'dbus-next';
import sharp from 'sharp';
import { BusClient, type Outcome } from '../support/bus-client.js';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const ERROR = 'org.freedesktop.DBus.Error';
const OWN_ERROR = 'org.backscrub.Error';
const MIB = 1024 * 1024;
const DEFAULT = 'color:#2e3436';

let bus: PrivateBus;
let directory: string;
let service: ServiceProcess;
let client: BusClient;
let other: BusClient;

before(async () => {
  bus = await PrivateBus.start();
  directory = mkdtempSync(join(bus.directory, 'store-'));
  writeFileSync(join(directory, 'settings.json'), '{"version":1,"started":false}');
  service = await ServiceProcess.start(bus, { state: directory });
  client = await BusClient.open(bus.address);
  other = await BusClient.open(bus.address);
});

after(async () => {
  client?.close();
  other?.close();
  await service?.stop();
  await bus?.stop();
});

/** Of the user who runs the test. */
const folder = (): string => join(directory, 'backgrounds', `user-${process.getuid?.() ?? 0}`);

function refuses(outcome: Outcome, error: string, text: RegExp): void {
  assert.equal(outcome.error, error);
  if (outcome.error === undefined) return;
  assert.match(outcome.text, text);
  assert.doesNotMatch(outcome.text, /\.js|\bat \/|state\/backgrounds/, 'no stack, no file of ours');
}

const idOf = (outcome: Outcome): string => {
  assert.equal(outcome.error, undefined, outcome.error === undefined ? '' : outcome.text);
  return outcome.error === undefined ? String(outcome.body[0]) : '';
};

async function list(): Promise<Record<string, unknown>[]> {
  const [rows] = (await client.call('ListBackgrounds')) as [Record<string, Variant>[]];
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, { value }]) => [key, value])));
}

/** A picture whose left half is one colour and whose right half is another. */
function halves(width: number, height: number, left: string, right: string) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="50%" height="100%" fill="${left}"/><rect x="50%" width="50%" height="100%" fill="${right}"/></svg>`;
  return sharp(Buffer.from(svg));
}

test('built-in ones are there from the beginning', async () => {
  assert.deepEqual(await list(), [
    {
      id: 'builtin:hills',
      name: 'Hills',
      kind: 'still',
      builtin: true,
      animated: false,
      width: 0,
      height: 0,
      frames: 1,
      duration: 0,
      bytes: 0n,
    },
    {
      id: 'builtin:slow-light',
      name: 'Slow light',
      kind: 'animated',
      builtin: true,
      animated: true,
      width: 0,
      height: 0,
      frames: 0,
      duration: 0,
      bytes: 0n,
    },
  ]);
  assert.equal(existsSync(join(directory, 'backgrounds')), false, 'looking writes nothing');
});

test('import, list, choose, remove', async () => {
  const picture = await halves(640, 360, '#cc0000', '#0000cc').png().toBuffer();
  const id = idOf(await client.importBackground('  Two colours ', picture));
  assert.match(id, /^[0-9a-f]{32}$/);
  const row = (await list()).find((entry) => entry['id'] === id);
  const { bytes, ...rest } = row ?? {};
  assert.deepEqual(rest, {
    id,
    name: 'Two colours',
    kind: 'still',
    builtin: false,
    animated: false,
    width: 640,
    height: 360,
    frames: 1,
    duration: 0,
  });
  assert.ok(Number(bytes) > 100);
  await client.call('SetBackground', 's', id);
  assert.equal(await client.get('Background'), id);
  const told = client.changes.length;
  await client.call('RemoveBackground', 's', id);
  assert.deepEqual(client.changes.slice(told)[0]?.changed, { Background: DEFAULT });
  assert.equal(await client.get('Background'), DEFAULT);
  assert.equal((await list()).length, 2);
  refuses(await client.raw('SetBackground', 's', [id]), `${OWN_ERROR}.UnknownBackground`, /ListBack/);
  assert.deepEqual(
    readdirSync(folder()).filter((name) => name !== 'damaged'),
    [],
  );
});

test('the same file twice is stored once; another focus is another background', async () => {
  const picture = await halves(1000, 200, '#00aa00', '#aa00aa').jpeg().toBuffer();
  const focus = (x: number) => ({ focus: { signature: '(dd)', value: [x, 0.5] } });
  const [first, same] = await Promise.all([
    client.importBackground('first', picture),
    other.importBackground('second', picture),
  ]);
  assert.equal(idOf(first), idOf(same));
  const left = idOf(await client.importBackground('left', picture, focus(0)));
  assert.notEqual(left, idOf(first));
  const [png] = (await client.call('GetThumbnail', 'su', left, 320)) as [Buffer];
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assert.deepEqual([info.width, info.height], [320, 180]);
  // Shown is the left part, of one colour, in the middle of the picture as at its right edge.
  for (const x of [1, 160, 318]) {
    const [r = 0, g = 0, b = 0] = data.subarray((90 * 320 + x) * info.channels);
    assert.ok(r < 20 && g > 150 && b < 20, `${x}: ${r} ${g} ${b}`);
  }
  for (const id of [left, idOf(first)]) await client.call('RemoveBackground', 's', id);
});

test('thumbnails of every kind, twice', async () => {
  const picture = await halves(400, 300, '#123456', '#654321').webp().toBuffer();
  const id = idOf(await client.importBackground('thumbs', picture));
  for (const background of [
    id,
    'builtin:hills',
    'builtin:slow-light',
    'color:#ff8800',
    'gradient:#000000-#ffffff@90',
  ]) {
    for (const size of [16, 64, 321, 1024]) {
      const [png] = (await client.call('GetThumbnail', 'su', background, size)) as [Buffer];
      const { format, width, height } = await sharp(png).metadata();
      assert.equal(format, 'png');
      assert.ok(width <= size && width >= Math.min(size - 1, 400), `${background} ${size}: ${width}`);
      assert.ok(Math.abs((width * 9) / 16 - height) <= 2);
      const [again] = (await client.call('GetThumbnail', 'su', background, size)) as [Buffer];
      assert.ok(png.equals(again));
    }
  }
  const get = (background: string, size: number) => client.raw('GetThumbnail', 'su', [background, size]);
  for (const size of [0, 15, 1025, 0xffffffff]) {
    refuses(await get(id, size), `${ERROR}.InvalidArgs`, /16 to 1024/);
  }
  refuses(await get('f'.repeat(32), 64), `${OWN_ERROR}.UnknownBackground`, /ListBackgrounds/);
  refuses(await get('/etc/passwd', 64), `${OWN_ERROR}.UnknownBackground`, /path/);
  refuses(await get('builtin:nothing', 64), `${OWN_ERROR}.UnknownBackground`, /nothing/);
  refuses(await get('color:red', 64), `${ERROR}.InvalidArgs`, /color:#/);
  refuses(await get('../state', 64), `${OWN_ERROR}.UnknownBackground`, /ListBackgrounds/);
  await client.call('RemoveBackground', 's', id);
});

test('arguments that do not fit', async () => {
  const picture = await halves(64, 64, '#fff', '#000').png().toBuffer();
  for (const name of ['', '   ', 'x'.repeat(81), 'two\nlines', 'a\u202eb']) {
    refuses(await client.importBackground(name, picture), `${ERROR}.InvalidArgs`, /1 to 80 printable/);
  }
  const option = (key: string, signature: string, value: unknown) =>
    client.importBackground('x', picture, { [key]: { signature, value } });
  refuses(await option('colour', 's', 'red'), `${ERROR}.InvalidArgs`, /no option "colour".*focus/);
  refuses(await option('focus', 's', 'left'), `${ERROR}.InvalidArgs`, /type "\(dd\)"/);
  for (const focus of [
    [1.5, 0],
    [Number.NaN, 0],
    [0, -0.1],
  ]) {
    refuses(await option('focus', '(dd)', focus), `${ERROR}.InvalidArgs`, /from 0 to 1/);
  }
  refuses(await client.importBackground('x', Buffer.alloc(0)), `${OWN_ERROR}.BadImage`, /empty/);
  refuses(await client.importBackground('x', Buffer.from('Dear reader')), `${OWN_ERROR}.BadImage`, /kind/);
  refuses(await client.importBackground('x', Buffer.from('<svg/>')), `${OWN_ERROR}.BadImage`, /PNG/);
  const remove = (id: string) => client.raw('RemoveBackground', 's', [id]);
  refuses(await remove('builtin:hills'), `${ERROR}.InvalidArgs`, /built-in/);
  refuses(await remove('0'.repeat(32)), `${OWN_ERROR}.UnknownBackground`, /ListBackgrounds/);
  refuses(await remove(DEFAULT), `${OWN_ERROR}.UnknownBackground`, /color/);
  refuses(await remove('../../state'), `${OWN_ERROR}.UnknownBackground`, /ListBackgrounds/);
  assert.equal((await list()).length, 2);
});

test('a large file; others are answered meanwhile', { timeout: 60_000 }, async () => {
  // Noise is not made smaller by PNG.
  const side = 2200;
  const noise = Buffer.alloc(side * side * 3);
  for (let i = 0, state = 1; i < noise.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[i] = state >>> 24;
  }
  const image = sharp(noise, { raw: { width: side, height: side, channels: 3 } });
  const picture = await image.png({ compressionLevel: 0 }).toBuffer();
  assert.ok(picture.length > 13 * MIB && picture.length < 16 * MIB);
  let done = false;
  const imported = client.importBackground('noise', picture).finally(() => {
    done = true;
  });
  let answers = 0;
  while (!done) {
    assert.equal(await other.get('State'), 'stopped');
    answers++;
  }
  const id = idOf(await imported);
  assert.ok(answers > 20, `${answers} answers`);
  const row = (await list()).find((entry) => entry['id'] === id);
  assert.deepEqual([row?.['width'], row?.['height']], [1920, 1920]);
  await client.call('RemoveBackground', 's', id);
});

test('too large a file, a second one at a time, one of lies', async () => {
  refuses(
    await client.importBackground('x', Buffer.alloc(16 * MIB + 1)),
    `${ERROR}.LimitsExceeded`,
    /at most 16 MiB/,
  );
  refuses(
    await client.importBackground('x', Buffer.alloc(20 * MIB)),
    `${ERROR}.LimitsExceeded`,
    /20\.0 MiB; at most 16 MiB/,
  );
  const garbage = Buffer.alloc(1 * MIB, 'not a picture');
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => client.importBackground('x', garbage)));
  const errors = outcomes.map(({ error }) => error);
  assert.ok(errors.includes(`${OWN_ERROR}.BadImage`), 'the first one is looked at');
  assert.ok(errors.includes(`${ERROR}.LimitsExceeded`), 'one sender has one at a time');
  const text = new ValueWriter().string('x'.repeat(100_000));
  refuses(await client.exchange('SetMode', 's', text), `${ERROR}.LimitsExceeded`, /100005 bytes.*65536/);
  const many = new ValueWriter().string('n'.repeat(100_000)).bytes(Buffer.alloc(1)).dictionary({});
  refuses(await client.exchange('ImportBackground', 'saya{sv}', many), `${ERROR}.InvalidArgs`, /80/);
  assert.equal(await client.get('State'), 'stopped');
});

test('the memory of large imports is given back', { timeout: 60_000 }, async () => {
  const rss = (): number => {
    const status = readFileSync(`/proc/${service.child.pid ?? 0}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };
  await client.importBackground('x', Buffer.alloc(16 * MIB, 'warm'));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const usual = rss();
  for (let i = 0; i < 4; i++) await client.importBackground('x', Buffer.alloc(16 * MIB, `x${i}`));
  // Longer than this and the test's own limit of time ends it.
  while (rss() > usual + 12) await new Promise((resolve) => setTimeout(resolve, 200));
});

test('a damaged entry is set aside, told about, and can be removed', async () => {
  const picture = await halves(320, 200, '#eeeeee', '#111111').png().toBuffer();
  const id = idOf(await client.importBackground('Fragile', picture));
  truncateSync(join(folder(), `${id}.webp`), 10);
  const row = (await list()).find((entry) => entry['id'] === id);
  assert.equal(row?.['name'], 'Fragile');
  assert.match(String(row?.['problem']), /set aside.*import the file again/);
  assert.match(service.log, new RegExp(`background ${id} is damaged`));
  refuses(
    await client.raw('GetThumbnail', 'su', [id, 64]),
    `${OWN_ERROR}.UnknownBackground`,
    /ListBackgrounds/,
  );
  assert.equal(idOf(await client.importBackground('Fragile again', picture)), id);
  assert.equal((await list()).find((entry) => entry['id'] === id)?.['problem'], undefined);
  truncateSync(join(folder(), `${id}.json`), 10);
  assert.match(String((await list()).find((entry) => entry['id'] === id)?.['problem']), /set aside/);
  await client.call('RemoveBackground', 's', id);
  assert.equal((await list()).length, 2);
});

test('what was imported is there after a restart', async () => {
  const picture = await halves(320, 200, '#eeee00', '#1111ff').avif().toBuffer();
  const id = idOf(await client.importBackground('Kept', picture));
  await service.stop();
  client.close();
  other.close();
  service = await ServiceProcess.start(bus, { state: directory });
  client = await BusClient.open(bus.address);
  other = await BusClient.open(bus.address);
  assert.equal((await list()).at(-1)?.['name'], 'Kept');
  await client.call('SetBackground', 's', id);
});

/** What users of one machine have of each other's backgrounds. Needs root, to be others. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Variant } from 'dbus-next';
import sharp from 'sharp';
import { BusClient, type Outcome } from '../support/bus-client.js';
import { MockPolkit, POLKIT_NAME } from '../support/mock-polkit.js';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const skip = process.getuid?.() === 0 ? false : 'only root can call as another user';
/** The bus lets in only users that the system knows: daemon and nobody are on each. */
const ALICE = 1;
const BOB = 65_534;
const UNKNOWN = 'org.backscrub.Error.UnknownBackground';

let bus: PrivateBus;
let directory: string;
let service: ServiceProcess;
let polkit: MockPolkit;
let alice: BusClient;
let bob: BusClient;
let root: BusClient;

before(async () => {
  if (skip) return;
  bus = await PrivateBus.start([POLKIT_NAME]);
  directory = mkdtempSync(join(bus.directory, 'store-'));
  writeFileSync(join(directory, 'settings.json'), '{"version":1,"started":false}');
  polkit = await MockPolkit.start(bus.address);
  service = await ServiceProcess.start(bus, { state: directory });
  root = await BusClient.open(bus.address);
  alice = await BusClient.openAs(bus.address, ALICE);
  bob = await BusClient.openAs(bus.address, BOB);
});

after(async () => {
  for (const client of [alice, bob, root]) client?.close();
  polkit?.stop();
  await service?.stop();
  await bus?.stop();
});

async function ids(client: BusClient): Promise<unknown[]> {
  const [rows] = (await client.call('ListBackgrounds')) as [Record<string, Variant>[]];
  return rows.flatMap((row) => (row['builtin']?.value === false ? [row['id']?.value] : []));
}

async function importColour(client: BusClient, name: string, colour: string): Promise<string> {
  const create = { width: 320, height: 180, channels: 3, background: colour } as const;
  const outcome = await client.importBackground(name, await sharp({ create }).png().toBuffer());
  assert.equal(outcome.error, undefined, JSON.stringify(outcome));
  return outcome.error === undefined ? String(outcome.body[0]) : '';
}

const words = (outcome: Outcome, id: string): string =>
  outcome.error === undefined ? 'no error' : `${outcome.error}: ${outcome.text.replaceAll(id, 'ID')}`;

test('a photograph of one user is not there for another, whatever is asked', { skip }, async () => {
  const id = await importColour(alice, 'Bathroom', '#204060');
  const own = await importColour(bob, 'Beach', '#c0b080');
  // The lists are kept for whoever asks again.
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await ids(alice), [id]);
    assert.deepEqual(await ids(bob), [own]);
    assert.deepEqual(await ids(root), [id, own]);
  }
  const none = 'f'.repeat(32);
  const calls: Record<string, (name: string) => Promise<Outcome>> = {
    SetBackground: (name) => bob.raw('SetBackground', 's', [name]),
    RemoveBackground: (name) => bob.raw('RemoveBackground', 's', [name]),
    GetThumbnail: (name) => bob.raw('GetThumbnail', 'su', [name, 1024]),
    'GetThumbnail, kept': (name) => bob.raw('GetThumbnail', 'su', [name, 320]),
  };
  await alice.call('SetBackground', 's', id);
  await alice.call('GetThumbnail', 'su', id, 1024);
  const told = root.changes.length;
  for (const [name, call] of Object.entries(calls)) {
    const answer = words(await call(id), id);
    assert.match(answer, new RegExp(`^${UNKNOWN}: `), name);
    assert.equal(answer, words(await call(none), none), name);
  }
  assert.deepEqual(root.changes.slice(told), [], 'the picture that is shown is not taken away for a moment');
  assert.equal(await root.get('Background'), id);
  assert.deepEqual(await ids(alice), [id]);
  await root.call('RemoveBackground', 's', id);
  assert.equal(await root.get('Background'), 'color:#2e3436');
  assert.deepEqual([await ids(alice), await ids(bob)], [[], [own]]);
  await bob.call('RemoveBackground', 's', own);
});

/** Files of the service, without what is written for other reasons. */
function files(process: ServiceProcess): string[] {
  return [process.state, process.cache]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? relative(folder, join(entry.parentPath ?? entry.path, entry.name)) : [],
      ),
    )
    .filter((name) => !/^(?:settings|format)\.json$|\.by-background$/.test(name))
    .sort();
}

/** What the engine and SetBackground have done: the first picture at this size, kept in the cache. */
async function prepare(of: ServiceProcess, background: string, size: string): Promise<void> {
  const probe = fileURLToPath(import.meta.resolve('@backscrub/daemon/engine/probe.js'));
  const env = { ...process.env, STATE_DIRECTORY: of.state, CACHE_DIRECTORY: of.cache };
  await once(
    spawn(process.execPath, [probe, 'background', background, size], { env, stdio: 'ignore' }),
    'exit',
  );
}

/** The file itself, whatever it is called: the store's own re-encoding, thumbnails, and frames of the prepared one. */
const isOf = (id: string) => (name: string) => name.includes(id) || name.startsWith('backgrounds/');

test('removing leaves nothing of the picture, not even what is written afterwards', { skip }, async () => {
  const old = files(service);
  const id = await importColour(alice, 'Bathroom', '#3060a0');
  for (const width of [16, 160, 320, 1024]) await alice.call('GetThumbnail', 'su', id, width);
  await alice.call('SetBackground', 's', id);
  for (const size of ['640x480', '1280x720']) await prepare(service, id, size);
  const kept = files(service).filter(isOf(id));
  assert.equal(kept.filter((name) => name.startsWith('backgrounds/user-')).length, 3, kept.join());
  assert.ok(kept.length >= 3 + 3 + 2, `thumbnails and frames are kept, in ${kept.join(', ')}`);
  // Some of these are done before, some after the picture has gone.
  const late = Array.from({ length: 4 }, (_, i) => prepare(service, id, `${320 + 64 * i}x240`));
  const thumbnails = [33, 34, 35].map((width) => alice.raw('GetThumbnail', 'su', [id, width]));
  await new Promise((resolve) => setTimeout(resolve, 400));
  await alice.call('RemoveBackground', 's', id);
  assert.deepEqual(files(service), old, 'when it has answered');
  await Promise.all([...late, ...thumbnails]);
  assert.deepEqual(files(service), old, 'when everybody is done');
});

test('the same picture of somebody else stays, and is kept ready again', { skip }, async () => {
  const id = await importColour(alice, 'Sea', '#106070');
  assert.equal(await importColour(bob, 'Lake', '#106070'), id);
  await alice.call('RemoveBackground', 's', id);
  await prepare(service, id, '640x480');
  await bob.call('GetThumbnail', 'su', id, 64);
  assert.equal(files(service).filter((name) => name.includes(`${id}/`)).length, 2);
  await bob.call('RemoveBackground', 's', id);
  assert.deepEqual(files(service).filter(isOf(id)), []);
});

test('the stored file cannot be had by its path: it is not there, as any other', { skip }, async () => {
  const id = await importColour(alice, 'Bathroom', '#a03040');
  const path = join(service.state, 'backgrounds', `user-${ALICE}`, `${id}.webp`);
  const probe = fileURLToPath(import.meta.resolve('@backscrub/daemon/engine/probe.js'));
  const env = { ...process.env, STATE_DIRECTORY: service.state };
  const ask = async (file: string): Promise<string> => {
    const child = spawn(process.execPath, [probe, 'background', file], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answer = '';
    child.stdout.on('data', (part: Buffer) => {
      answer += part.toString();
    });
    await once(child, 'close');
    return answer.replaceAll(file, 'FILE');
  };
  const outside = join(bus.directory, 'public.webp');
  copyFileSync(path, outside);
  assert.match(await ask(outside), /"ok":true/);
  const refused = await ask(path);
  assert.match(refused, /UnknownBackground/);
  assert.equal(refused, await ask(`${path}.missing`));
  // By way of another place, and of its folder, which is none that could be looked at.
  const other = join(bus.directory, 'link.webp');
  symlinkSync(path, other);
  assert.equal(await ask(other), refused);
  assert.equal(await ask(join(service.state, 'backgrounds', `user-${ALICE}`)), refused);
  await alice.call('RemoveBackground', 's', id);
});

test('what other lives and versions have left is gone after a start', { skip }, async () => {
  const state = mkdtempSync(join(bus.directory, 'state-'));
  const cache = mkdtempSync(join(bus.directory, 'cache-'));
  const id = 'a'.repeat(32);
  for (const folder of [
    join(state, 'backgrounds/work-1'),
    join(state, `backgrounds/user-${ALICE}`),
    join(cache, 'backgrounds', id),
    join(cache, 'thumbnails'),
  ]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'b'.repeat(64)), 'picture');
  }
  writeFileSync(join(state, `backgrounds/user-${ALICE}/${id}.webp`), 'picture');
  writeFileSync(join(state, 'settings.json'), '{"version":1,"started":false}');
  await service.stop();
  service = await ServiceProcess.start(bus, { state, cache });
  const foreign = `backgrounds/user-${ALICE}/${'b'.repeat(64)}`;
  while (files(service).length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(files(service), [foreign], 'and only what is ours');
});

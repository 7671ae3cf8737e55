import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { realDisk } from './disk.js';
import { BackgroundFolders, ROOT } from './folders.js';
import { QUOTAS } from './limits.js';
import { BackgroundStore } from './store.js';
import { FakeDecoder, PNG } from './testing/fake-decoder.js';
import { Thumbnails } from './thumbnails.js';
import type { UserBackgrounds } from './user-backgrounds.js';

const ALICE = 1000;
const BOB = 1001;
const root = mkdtempSync(join(tmpdir(), 'backscrub-users-'));
after(() => rmSync(root, { recursive: true }));

let folder = '';
let decoder: FakeDecoder;
let store: BackgroundStore;
let alice: UserBackgrounds;
let bob: UserBackgrounds;
let administrator: UserBackgrounds;

function open(quotas = QUOTAS): void {
  const log = (): void => {};
  decoder = new FakeDecoder();
  const folders = new BackgroundFolders(folder, realDisk, log);
  const thumbnails = new Thumbnails(folders.common, decoder, { version: '1' });
  store = new BackgroundStore({
    folders,
    caches: [],
    decoder,
    thumbnails,
    gallery: async () => [],
    log,
    quotas,
  });
  alice = store.of(ALICE);
  bob = store.of(BOB);
  administrator = store.of(ROOT);
}

beforeEach(() => {
  folder = mkdtempSync(join(root, 'store-'));
  open();
});

const bytes = (text: string) => Buffer.from(text);
const names = async (user: UserBackgrounds) => (await user.list()).map(({ name }) => name?.value);

/** The text of the error, with the id left out. */
async function refusal(work: Promise<unknown>, id: string, code: ErrorCode = 'UnknownBackground') {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof BackscrubError && error.code === code, String(error));
    return error.message.replaceAll(id, 'ID');
  }
  throw new assert.AssertionError({ message: `${id} was not refused` });
}

test('what one user imported is not there for another: as an id that nobody has', async () => {
  const id = await alice.import('Bathroom', bytes('a'), {});
  await bob.import('Beach', bytes('b'), {});
  assert.deepEqual(await names(alice), ['Bathroom']);
  assert.deepEqual(await names(bob), ['Beach']);
  const none = 'f'.repeat(32);
  for (const call of [
    (name: string) => bob.thumbnail(name, 320),
    (name: string) => bob.thumbnail(name, 64),
    (name: string) => bob.requireSeen(name),
    (name: string) => bob.requireRemovable(name),
    (name: string) => bob.remove(name),
  ]) {
    assert.equal(await refusal(call(id), id), await refusal(call(none), none));
  }
  assert.deepEqual(await names(alice), ['Bathroom']);
  assert.equal(decoder.thumbnails, 0);
  assert.ok(PNG.equals(await alice.thumbnail(id, 320)));
  await alice.requireSeen(id);
  await alice.requireRemovable(id);
});

test("root sees, shows and removes what anybody has; what root imported is root's", async () => {
  const id = await alice.import('Bathroom', bytes('a'), {});
  await administrator.import('Logo', bytes('logo'), {});
  assert.deepEqual((await names(administrator)).sort(), ['Bathroom', 'Logo']);
  assert.deepEqual(await names(alice), ['Bathroom']);
  assert.ok(PNG.equals(await administrator.thumbnail(id, 320)));
  await administrator.requireRemovable(id);
  await administrator.remove(id);
  assert.deepEqual(await names(administrator), ['Logo']);
  assert.deepEqual(await names(alice), []);
});

test('the same file of two users: each has one, under the own name; removing one leaves the other', async () => {
  const id = await alice.import('Mine', bytes('same'), {});
  assert.equal(await bob.import('My own', bytes('same'), {}), id, 'neither learns of the other');
  assert.equal(decoder.imports, 2, 'nor from the time that it takes');
  assert.deepEqual([await names(alice), await names(bob)], [['Mine'], ['My own']]);
  assert.equal((await administrator.list()).length, 1);
  await alice.remove(id);
  assert.deepEqual([await names(alice), await names(bob)], [[], ['My own']]);
  assert.ok(PNG.equals(await bob.thumbnail(id, 320)));
  await alice.import('Again', bytes('same'), {});
  await administrator.remove(id);
  assert.deepEqual([await names(alice), await names(bob)], [[], []]);
  assert.deepEqual(everything(folder), []);
});

/** All files below a folder. */
function everything(below: string): string[] {
  return readdirSync(below, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

/** As a version has left it that knew no users. */
async function importAsBefore(name: string, text: string): Promise<string> {
  const id = await alice.import(name, bytes(text), {});
  const own = join(folder, `user-${ALICE}`);
  for (const file of readdirSync(own)) renameSync(join(own, file), join(folder, file));
  store.changed();
  return id;
}

test("what earlier versions imported is everybody's, until somebody imports it", async () => {
  const id = await importAsBefore('Sea', 'sea');
  assert.deepEqual(
    [await names(alice), await names(bob), await names(administrator)],
    [['Sea'], ['Sea'], ['Sea']],
  );
  await bob.requireSeen(id);
  assert.ok(PNG.equals(await bob.thumbnail(id, 320)));
  assert.equal(await bob.import('My sea', bytes('sea'), {}), id, 'what is remembered of it goes on');
  assert.deepEqual([await names(alice), await names(bob)], [[], ['My sea']]);
  assert.equal(existsSync(join(folder, `${id}.json`)), false);
  await refusal(alice.thumbnail(id, 64), id);
});

test('or removes it', async () => {
  const id = await importAsBefore('Sea', 'sea');
  await bob.remove(id);
  assert.deepEqual(await names(alice), []);
  assert.deepEqual(everything(folder), []);
});

test('an adoption that was cut off half-way is finished by the next import', async () => {
  const id = await importAsBefore('Sea', 'sea');
  const old = ['json', 'webp', 'png'].map(
    (end) => [`${id}.${end}`, readFileSync(join(folder, `${id}.${end}`))] as const,
  );
  await bob.import('My sea', bytes('sea'), {});
  for (const [name, content] of old) await realDisk.write(join(folder, name), content);
  open();
  assert.deepEqual([await names(alice), await names(bob)], [['Sea'], ['My sea']]);
  await bob.import('again', bytes('sea'), {});
  assert.deepEqual([await names(alice), await names(bob)], [[], ['My sea']]);
});

test('a damaged one is told to its owner alone, and healed or removed by that user', async () => {
  const id = await alice.import('Fragile', bytes('a'), {});
  rmSync(join(folder, `user-${ALICE}`, `${id}.webp`));
  assert.deepEqual(await names(bob), []);
  assert.match(String((await alice.list())[0]?.['problem']?.value), /set aside/);
  await refusal(bob.requireRemovable(id), id);
  await refusal(bob.remove(id), id);
  assert.equal((await administrator.list()).length, 1);
  await alice.requireRemovable(id);
  await alice.remove(id);
  assert.deepEqual(everything(folder), []);
});

test('each user has a share of the store, and all together have a limit', async () => {
  open({ user: { entries: 2, bytes: 1e6 }, all: { entries: 3, bytes: 1e6 } });
  await alice.import('1', bytes('1'), {});
  await alice.import('2', bytes('2'), {});
  assert.match(
    await refusal(alice.import('3', bytes('3'), {}), '-', 'LimitsExceeded'),
    /2 backgrounds of yours/,
  );
  await bob.import('1', bytes('1'), {});
  assert.match(
    await refusal(bob.import('2', bytes('2'), {}), '-', 'LimitsExceeded'),
    /3 backgrounds of all users/,
  );
  assert.equal(decoder.imports, 3);
});

test("folders that are nobody's are not looked into", async () => {
  for (const name of ['user-', 'user-x', 'user-01', 'user-99999999999']) mkdirSync(join(folder, name));
  const id = await alice.import('x', bytes('x'), {});
  renameSync(join(folder, `user-${ALICE}`), join(folder, 'user-01000'));
  open();
  assert.deepEqual(await names(administrator), []);
  await refusal(administrator.remove(id), id);
});

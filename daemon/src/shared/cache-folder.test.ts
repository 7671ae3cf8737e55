import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { CacheFolder } from './cache-folder.js';
import { removeFormerCaches } from './derived-caches.js';
import { WrongFile } from './own-file.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-cache-'));
after(() => rmSync(root, { recursive: true }));

const ID = 'a'.repeat(32);
const OTHER = 'b'.repeat(32);
let folder = '';
let cache: CacheFolder;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'cache-'));
  cache = new CacheFolder(folder, 4);
});

const text = async (from: CacheFolder, key: string) => (await from.read(key))?.toString();

test('what is derived of a subject goes with it, and nothing of it can be written then', async () => {
  await cache.admit(ID);
  await cache.admit(OTHER);
  const late = cache.of(ID);
  await late.write('key', Buffer.from('picture'));
  await cache.of(OTHER).write('key', Buffer.from('another'));
  assert.equal(await text(cache.of(ID), 'key'), 'picture');
  await cache.forget(ID);
  await late.write('key', Buffer.from('picture'));
  assert.deepEqual(readdirSync(folder), [OTHER]);
  assert.equal(await text(late, 'key'), undefined);
  assert.equal(await text(cache.of(OTHER), 'key'), 'another');
  await cache.forget(ID);
});

test('whoever is writing when a subject is forgotten leaves nothing', async () => {
  const content = Buffer.alloc(1 << 20, 'picture');
  for (let round = 0; round < 50; round++) {
    await cache.admit(ID);
    const writers = Array.from({ length: 4 }, (_, key) => cache.of(ID).write(String(key), content));
    await new Promise((resolve) => setTimeout(resolve, round % 7));
    await cache.forget(ID);
    await Promise.all(writers);
    assert.deepEqual(readdirSync(folder), [], `round ${round}`);
  }
});

test('one that was never admitted keeps nothing', async () => {
  await cache.of(ID).write('key', Buffer.from('picture'));
  assert.deepEqual(readdirSync(folder), []);
});

test('the limit is one for all subjects together', async () => {
  await cache.admit(ID);
  for (let i = 0; i < 4; i++) {
    const [into, path] = i % 2 ? [cache, `${i}`] : [cache.of(ID), `${ID}/${i}`];
    await into.write(`${i}`, Buffer.from('x'));
    utimesSync(join(folder, path), i, i);
  }
  await cache.write('new', Buffer.from('x'));
  assert.deepEqual(
    [readdirSync(folder).sort(), readdirSync(join(folder, ID))],
    [['1', '3', ID, 'new'], ['2']],
  );
});

test('a folder that others have filled is trimmed with the next file', async () => {
  for (let index = 0; index < 5000; index++) writeFileSync(join(folder, `other-${index}`), '');
  await cache.write('new', Buffer.from('x'));
  assert.ok(readdirSync(folder).length <= 4);
  assert.equal((await cache.read('new'))?.toString(), 'x');
});

test('what was cut off is finished, and what belongs to nothing goes', async () => {
  for (const name of [ID, OTHER, '.removed-0123']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'picture'), 'x');
  }
  writeFileSync(join(folder, 'drawing'), 'x');
  await cache.retain(new Set([ID]));
  assert.deepEqual(readdirSync(folder).sort(), [ID, 'drawing'].sort());
  assert.deepEqual(readdirSync(join(folder, ID)), ['picture']);
});

test('a folder that others have filled is emptied all the same, and told about', async () => {
  const frames = join(folder, 'backgrounds');
  mkdirSync(frames);
  // More than is ever read at once.
  for (let index = 0; index < 5000; index++) mkdirSync(join(frames, `${index}`));
  await assert.rejects(new CacheFolder(frames, 4).retain(new Set()), WrongFile);
  await removeFormerCaches({ CACHE_DIRECTORY: folder });
  assert.deepEqual(readdirSync(frames), ['.by-background']);
  await new CacheFolder(join(folder, 'missing'), 4).retain(new Set());
});

test('caches of earlier versions are removed once', async () => {
  const env = { CACHE_DIRECTORY: `${folder}:/other` };
  for (const name of ['backgrounds', 'thumbnails', 'loops']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'picture'), name);
  }
  await removeFormerCaches(env);
  assert.deepEqual(readdirSync(join(folder, 'backgrounds')), ['.by-background']);
  assert.deepEqual(readdirSync(join(folder, 'thumbnails')), ['.by-background']);
  assert.equal(readFileSync(join(folder, 'loops/picture'), 'utf8'), 'loops');
  writeFileSync(join(folder, 'backgrounds/picture'), 'new');
  await removeFormerCaches(env);
  assert.equal(readFileSync(join(folder, 'backgrounds/picture'), 'utf8'), 'new');
});

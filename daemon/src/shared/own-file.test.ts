import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  namesIn,
  namesInSync,
  readOwnFile,
  readOwnFileSync,
  replaceOwnFile,
  syncOwn,
  WrongFile,
} from './own-file.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-own-file-'));
after(() => rmSync(root, { recursive: true }));
const file = join(root, 'file');
writeFileSync(file, 'content');
const link = join(root, 'link');
symlinkSync(file, link);
const fifo = join(root, 'fifo');
spawnSync('mkfifo', [fifo]);
const huge = join(root, 'huge');
writeFileSync(huge, '');
truncateSync(huge, 2 ** 40);

const isLoop = (error: NodeJS.ErrnoException): boolean => error.code === 'ELOOP';

test('a file is read whole', async () => {
  assert.equal((await readOwnFile(file, 7)).toString(), 'content');
  assert.equal(readOwnFileSync(file, 7).toString(), 'content');
});

test('a link, a pipe, a folder and what is too large are not read', async () => {
  await assert.rejects(readOwnFile(link, 100), isLoop);
  assert.throws(() => readOwnFileSync(link, 100), isLoop);
  await assert.rejects(syncOwn(link), isLoop);
  for (const path of [fifo, root, huge]) {
    await assert.rejects(readOwnFile(path, 100), WrongFile);
    assert.throws(() => readOwnFileSync(path, 100), WrongFile);
  }
  await assert.rejects(readOwnFile(file, 6), WrongFile);
});

test('a folder is listed up to a number of names', async () => {
  assert.deepEqual((await namesIn(root, 4)).sort(), ['fifo', 'file', 'huge', 'link']);
  await assert.rejects(namesIn(root, 3), WrongFile);
  assert.deepEqual(namesInSync(root, 4).sort(), ['fifo', 'file', 'huge', 'link']);
  assert.throws(() => namesInSync(root, 3), WrongFile);
});

/** What may lie at the name of a file that is about to be written, apart from nothing: each leads to or keeps another file. */
const LEFTOVERS: Readonly<Record<string, (path: string, other: string) => void>> = {
  'half a file': (path) => writeFileSync(path, 'a longer content that a writer has left behind'),
  'a link': (path, other) => symlinkSync(other, path),
  'a link to nothing': (path, other) => symlinkSync(`${other}-not-there`, path),
  'a link to a folder': (path, other) => symlinkSync(join(other, '..'), path),
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a folder': (path) => mkdirSync(join(path, 'full'), { recursive: true }),
};

for (const [what, leave] of Object.entries(LEFTOVERS)) {
  test(`${what} at the name of a new file is not written to and stops nobody`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'backscrub-own-file-new-'));
    try {
      const [path, other] = [join(folder, 'settings.json'), join(folder, 'other')];
      writeFileSync(other, 'untouched');
      leave(`${path}.new`, other);
      await replaceOwnFile(path, 'first', true);
      leave(`${path}.new`, other);
      await replaceOwnFile(path, 'second', false);
      assert.equal(readFileSync(path, 'utf8'), 'second');
      assert.equal(readFileSync(other, 'utf8'), 'untouched');
      assert.deepEqual(readdirSync(folder).sort(), ['other', 'settings.json']);
      const found = lstatSync(path);
      assert.ok(found.isFile());
      assert.equal(found.mode & 0o777, 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

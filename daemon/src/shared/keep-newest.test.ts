import assert from 'node:assert/strict';
import {
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { keepNewest } from './keep-newest.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-newest-'));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, 'cache');
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
});

function put(name: string, seconds: number): void {
  writeFileSync(join(folder, name), name);
  utimesSync(join(folder, name), seconds, seconds);
}

test('the newest stay, here and one folder deeper', async () => {
  mkdirSync(join(folder, 'one'));
  for (const [index, name] of ['a', 'one/b', 'c', 'one/d'].entries()) put(name, 100 + index);
  await keepNewest(folder, 3);
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['c', 'one', 'one/b', 'one/d']);
});

test('a folder that others have filled is trimmed all the same', async () => {
  for (let index = 0; index < 5000; index++) writeFileSync(join(folder, `${index}`), '');
  put('newest', Date.now() / 1000 + 60);
  await keepNewest(folder, 2);
  const left = readdirSync(folder);
  assert.equal(left.length, 2);
  assert.ok(left.includes('newest'));
});

test('what was left half written goes after an hour; a mark stays', async () => {
  const temporary = ['.0123456789abcdef', '.decoded-0123456789abcdef', `.77-${'a'.repeat(64)}`];
  for (const name of [...temporary, '.by-background']) put(name, 100);
  put('.fedcba9876543210', Date.now() / 1000);
  await keepNewest(folder, 0);
  assert.deepEqual(readdirSync(folder).sort(), ['.by-background', '.fedcba9876543210']);
});

test('a link is a file like any other, and leads nowhere', async () => {
  const other = join(root, 'other');
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, 'precious'), '');
  symlinkSync(other, join(folder, 'link'));
  lutimesSync(join(folder, 'link'), 1, 1);
  put('file', 100);
  await keepNewest(folder, 1);
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.deepEqual(readdirSync(other), ['precious']);
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, type StatsFs, stat, statfs, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type FileSystem, isUnchanged, Sources } from './sources.js';

const NFS = 0x6969;
const root = mkdtempSync(join(tmpdir(), 'backscrub-sources-'));
after(() => rmSync(root, { recursive: true }));
const file = join(root, 'file');
writeFileSync(file, 'one');

test('what has not changed, and what has', async () => {
  const folder = join(root, 'folder');
  mkdirSync(folder);
  const look = await new Sources().look([folder, join(folder, 'new'), file]);
  assert.ok(look && isUnchanged(look));
  assert.ok(look.changed > Date.now() - 60_000);
  assert.ok(!isUnchanged({ ...look, mounts: 'others' }));
  writeFileSync(join(folder, 'new'), '');
  assert.ok(!isUnchanged(look));
});

test('what another machine has is not looked at again', async () => {
  const remote: FileSystem = {
    stat,
    statfs: (path, answer) =>
      statfs(path, (error, found) =>
        answer(error, { ...found, type: path === file ? NFS : found.type } as StatsFs),
      ),
  };
  assert.ok(await new Sources(remote).look([root]));
  assert.equal(await new Sources(remote).look([root, file]), undefined);
});

test('a file system that does not answer costs one thread, and nobody waits for it', async () => {
  const asked: string[] = [];
  let answerAll = (): void => {};
  const dead: FileSystem = {
    stat: (path, answer) => {
      asked.push(path);
      if (path === file) stat(path, answer);
      else answerAll = () => answer(new Error('gone'), undefined as never);
    },
    statfs,
  };
  const sources = new Sources(dead, 100);
  const began = performance.now();
  const looks = await Promise.all([sources.look(['/net/dead', file]), sources.look([file])]);
  assert.deepEqual(looks, [undefined, undefined]);
  for (let again = 0; again < 5; again++) assert.equal(await sources.look([file]), undefined);
  assert.ok(performance.now() - began < 3000);
  assert.deepEqual(asked, ['/net/dead'], 'one question, and none behind it');
  answerAll();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(await sources.look([file]), 'it answers again');
});

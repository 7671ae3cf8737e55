import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FolderWatch } from './folder-watch.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-watch-'));
after(() => rmSync(folder, { recursive: true }));

test('what comes, changes its rights and goes is told; what is written is not', async () => {
  const file = join(folder, 'video0');
  const seen: string[] = [];
  let wake: () => void = () => {};
  const watch = new FolderWatch(folder, (names) => {
    seen.push(...names);
    wake();
  });
  const expect = async (change: () => void, ...names: string[]): Promise<void> => {
    seen.length = 0;
    change();
    while (!names.every((name) => seen.includes(name)))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  await expect(() => writeFileSync(file, ''), 'video0');
  await expect(() => chmodSync(file, 0o600), 'video0');
  seen.length = 0;
  appendFileSync(file, 'a frame');
  await expect(() => writeFileSync(join(folder, 'end'), ''), 'end');
  assert.deepEqual(seen, ['end']);
  await expect(() => renameSync(file, join(folder, 'video1')), 'video0', 'video1');
  await expect(() => rmSync(join(folder, 'video1')), 'video1');
  watch.close();
  watch.close();
});

test('a folder that is not there', () => {
  assert.throws(() => new FolderWatch(join(folder, 'nowhere'), () => {}), /nowhere/);
  assert.throws(() => new FolderWatch('/etc/passwd', () => {}), /passwd/);
});

test('a closed watch does not keep the process alive, an open one ends with it', () => {
  const script = `import { FolderWatch } from ${JSON.stringify(fileURLToPath(new URL('./folder-watch.js', import.meta.url)))};
    new FolderWatch('/tmp', () => {}).close();
    const open = new FolderWatch('/tmp', () => {});
    setTimeout(() => process.exit(7), 50);`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(status, 7);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { requestAnnouncement } from './announcement.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-announce-'));
after(() => rmSync(folder, { recursive: true }));

test('the file that the path unit waits for is written', () => {
  requestAnnouncement({ RUNTIME_DIRECTORY: folder }, assert.fail);
  assert.ok(existsSync(join(folder, 'announce')));
});

test('without a folder of its own the service asks nobody', () => {
  const before = readdirSync('.').length;
  requestAnnouncement({}, assert.fail);
  assert.equal(readdirSync('.').length, before);
});

test('a file that cannot be written is a warning', () => {
  const log: string[] = [];
  requestAnnouncement({ RUNTIME_DIRECTORY: join(folder, 'absent') }, (level) => log.push(level));
  assert.deepEqual(log, ['warning']);
});

test('neither a link nor a pipe at the name of the file is written to, and nobody waits', () => {
  const own = mkdtempSync(join(folder, 'own-'));
  const [other, announce] = [join(folder, 'other'), join(own, 'announce')];
  writeFileSync(other, 'untouched');
  const log: string[] = [];
  symlinkSync(other, announce);
  requestAnnouncement({ RUNTIME_DIRECTORY: own }, (level) => log.push(level));
  rmSync(announce);
  spawnSync('mkfifo', [announce]);
  requestAnnouncement({ RUNTIME_DIRECTORY: own }, (level) => log.push(level));
  assert.deepEqual(log, ['warning', 'warning']);
  assert.equal(readFileSync(other, 'utf8'), 'untouched');
});

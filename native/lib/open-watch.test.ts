import assert from 'node:assert/strict';
import { appendFileSync, closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { OpenWatch } from './open-watch.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-open-'));
after(() => rmSync(folder, { recursive: true }));

/** Long enough for the loop to look at what has come. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

test('opening is told, reading and writing are not, and nothing after the close', async () => {
  const file = join(folder, 'video0');
  writeFileSync(file, 'a frame');
  let opened = 0;
  const watch = new OpenWatch(file, () => opened++);
  const fd = openSync(file, 'r+');
  await turn();
  assert.equal(opened, 1);
  readSync(fd, Buffer.alloc(4));
  appendFileSync(fd, 'another');
  closeSync(fd);
  await turn();
  assert.equal(opened, 1);
  watch.close();
  watch.close();
  closeSync(openSync(file, 'r'));
  await turn();
  assert.equal(opened, 1);
});

test('a node that is not there', () => {
  assert.throws(() => new OpenWatch(join(folder, 'nowhere'), () => {}), /nowhere/);
});

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ffmpeg, noFfmpeg } from '../testing/files.js';
import { forgetOldest, MAX_LOOP_FILE_BYTES, openKept } from './kept-loops.js';
import { transcodeMoving } from './transcode.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-loops-'));
after(() => rmSync(folder, { recursive: true }));
const SIZE = { width: 160, height: 96 };

test('a loop is played, one behind a link or of any size is not', { skip: noFfmpeg() }, async () => {
  const clip = join(folder, 'clip.mp4');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=160x96:rate=10:duration=1', clip);
  await transcodeMoving(clip, join(folder, 'loop'));
  const loop = await openKept(folder, 'loop', SIZE);
  assert.ok(loop);
  await loop.close();
  symlinkSync(join(folder, 'loop'), join(folder, 'link'));
  assert.equal(await openKept(folder, 'link', SIZE), undefined);
  renameSync(join(folder, 'loop'), join(folder, 'large'));
  truncateSync(join(folder, 'large'), MAX_LOOP_FILE_BYTES + 1);
  assert.equal(await openKept(folder, 'large', SIZE), undefined);
});

test('what is damaged goes', async () => {
  writeFileSync(join(folder, 'damaged'), 'no loop');
  assert.equal(await openKept(folder, 'damaged', SIZE), undefined);
  assert.ok(!existsSync(join(folder, 'damaged')));
});

test('four stay, however many others have put there, and links lead nowhere', async () => {
  const loops = mkdtempSync(join(folder, 'full-'));
  for (let index = 0; index < 4500; index++) writeFileSync(join(loops, `${index}`), '');
  symlinkSync('/nothing', join(loops, 'dangling'));
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
    writeFileSync(join(loops, name), '');
    utimesSync(join(loops, name), Date.now() / 1000 + 60 + index, Date.now() / 1000 + 60 + index);
  }
  await forgetOldest(loops);
  assert.deepEqual(readdirSync(loops).sort(), ['a', 'b', 'c', 'd']);
});

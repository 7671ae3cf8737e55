import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { ffmpeg, i420Of, noFfmpeg, scratch } from '../testing/files.js';
import { CENTRE } from './background.js';
import { LoopBackground } from './loop.js';
import { openRegular } from './regular-file.js';
import { transcodeMoving } from './transcode.js';

const SIZE = { width: 160, height: 96 };

it('a loop keeps its last picture while its file cannot be read', { skip: noFfmpeg() }, async (t) => {
  const folder = await scratch(t);
  const [clip, path] = [join(folder, 'clip.mp4'), join(folder, 'loop')];
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=160x96:rate=10:duration=1', clip);
  await transcodeMoving(clip, path);
  const handle = await openRegular(path);
  const loop = await LoopBackground.open(path, handle, SIZE, CENTRE);
  assert.ok(loop);
  const first = i420Of(loop.frame(0));
  const { fd } = handle;
  // Reading from a directory fails.
  const unreadable = openSync(folder, 'r');
  Object.defineProperty(handle, 'fd', { value: unreadable, configurable: true });
  assert.deepEqual(i420Of(loop.frame(150)), first);
  assert.match(loop.warning ?? '', /cannot be read/);
  Object.defineProperty(handle, 'fd', { value: fd });
  assert.notDeepEqual(i420Of(loop.frame(250)), first, 'it goes on');
  closeSync(unreadable);
  await loop.close();
});

import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { FfmpegSource } from './ffmpeg-source.js';
import { ImageSource } from './image-source.js';
import { openSink } from './open-sink.js';
import { openSource } from './open-source.js';
import { parseSceneName, SceneSource } from './scene-source.js';
import { ffmpeg, noFfmpeg, rejects, scratch, scratchFile } from './testing/files.js';
import { Y4mSource } from './y4m-source.js';

const skip = noFfmpeg() ?? false;
const Y4M = y4m(16, 16);

function y4m(width: number, height: number): Buffer {
  const header = `YUV4MPEG2 W${width} H${height} F25:1\nFRAME\n`;
  return Buffer.concat([Buffer.from(header), Buffer.alloc((width * height * 3) / 2, 128)]);
}

test('contents decide, whatever the name says', async (t) => {
  const png = await sharp({ create: { width: 17, height: 17, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const cases = [
    [await scratchFile(t, 'a.y4m', Y4M), Y4mSource],
    [await scratchFile(t, 'really-y4m.mp4', Y4M), Y4mSource],
    [await scratchFile(t, 'a.png', png), ImageSource],
    [await scratchFile(t, 'no-ending', png), ImageSource],
    ['scene:64x48:1', SceneSource],
  ] as const;
  for (const [name, kind] of cases) {
    const source = await openSource(name);
    assert.ok(source instanceof kind, `${name} became a ${source.constructor.name}`);
    await source.close();
  }
});

test('a Y4M in another form goes through ffmpeg', { skip }, async (t) => {
  const path = join(await scratch(t), 'a.y4m');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=0.3', '-pix_fmt', 'yuv444p', path);
  const source = await openSource(path);
  t.after(() => source.close());
  assert.ok(source instanceof FfmpegSource);
  assert.deepEqual([source.width, source.height], [64, 48]);
});

test('an animation goes through ffmpeg', { skip }, async (t) => {
  const path = join(await scratch(t), 'a.gif');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=0.3', path);
  const copy = join(await scratch(t), 'animation');
  await copyFile(path, copy);
  const source = await openSource(copy);
  t.after(() => source.close());
  assert.ok(source instanceof FfmpegSource);
});

test('what is no picture is refused with a reason', async (t) => {
  const directory = await scratch(t);
  await rejects(openSource(directory), 'InvalidArgs', /is a directory/);
  await rejects(openSource(join(directory, 'none.mp4')), 'InvalidArgs', /There is no file .*none\.mp4/);
  await rejects(openSource('/dev/null'), 'InvalidArgs', /is a device/);
  await rejects(openSource(await scratchFile(t, 'a.jpg', 'Remember the milk')), 'BadImage', /not an image/);
  await rejects(openSource(await scratchFile(t, 'a.mp4', '')), 'BadImage', /is empty/);
  await rejects(openSource('scene:1281x720'), 'InvalidArgs', /even numbers/);
  await rejects(openSource('scene:big'), 'InvalidArgs', /is not a scene/);
  await rejects(openSink(join(directory, 'out'), await openSource('scene:')), 'InvalidArgs', /no ending/);
});

test('what is too small for the network is refused', async (t) => {
  for (const [width, height] of [
    [2, 2],
    [14, 100],
    [100, 14],
  ] as const) {
    const path = await scratchFile(t, 'small.y4m', y4m(width, height));
    const reason = new RegExp(`small\\.y4m has ${width}x${height} pixels; at least 16x16 are needed\\.`);
    await rejects(openSource(path), 'BadImage', reason);
  }
});

test('a device is opened by whoever brings a camera', async () => {
  const scene = new SceneSource({ width: 64, height: 48 });
  assert.equal(await openSource('/dev/null', async () => scene), scene);
});

test('the name of a scene gives size and length', () => {
  assert.deepEqual(parseSceneName('scene:'), {});
  assert.deepEqual(parseSceneName('scene:640x360'), { width: 640, height: 360 });
  assert.deepEqual(parseSceneName('scene:640x360:1.5'), { width: 640, height: 360, frameCount: 45 });
});

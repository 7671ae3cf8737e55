import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Frame } from '@backscrub/native';
import sharp, { type Sharp } from 'sharp';
import { ImageSink } from './image-sink.js';
import { ImageSource } from './image-source.js';
import { drain, patternFrame, rejects, rgbOfFrame, scratch, scratchFile } from './testing/files.js';

const FORMAT = { width: 64, height: 48, frameRate: { numerator: 30, denominator: 1 } };

/** An image with a red left half and a blue right half. */
function halves(width: number, height: number): Sharp {
  const rgb = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb[i * 3 + (i % width < width / 2 ? 0 : 2)] = 255;
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

test('an image is one frame, or as many as are wanted', async (t) => {
  const path = await scratchFile(t, 'a.png', await halves(64, 48).png().toBuffer());
  const frames = await drain(await ImageSource.open(path));
  assert.equal(frames.length, 1);
  const repeated = await drain(await ImageSource.open(path, 3));
  assert.deepEqual(repeated, [frames[0], frames[0], frames[0]]);
});

test('EXIF rotation is obeyed and odd rows and columns are left out', async (t) => {
  const bytes = await halves(65, 31).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
  const source = await ImageSource.open(await scratchFile(t, 'a.jpg', bytes));
  assert.deepEqual([source.width, source.height], [30, 64]);
  const frame = new Frame(30, 64);
  await source.next(frame);
  const rgb = rgbOfFrame(frame);
  // Turned a quarter clockwise, left is on top: red above blue.
  assert.ok((rgb[(4 * 30 + 15) * 3] ?? 0) > 240, 'the top is red');
  assert.ok((rgb[(60 * 30 + 15) * 3 + 2] ?? 0) > 240, 'the bottom is blue');
});

test('what is transparent becomes black', async (t) => {
  const clear = sharp({
    create: { width: 4, height: 4, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } },
  });
  const source = await ImageSource.open(await scratchFile(t, 'a.png', await clear.png().toBuffer()));
  const frame = new Frame(4, 4);
  await source.next(frame);
  assert.ok(rgbOfFrame(frame).every((value) => value <= 1));
});

test('bad images are refused with a reason', async (t) => {
  const open = async (name: string, bytes: string | Uint8Array) =>
    ImageSource.open(await scratchFile(t, name, bytes));
  await rejects(open('a.jpg', 'Remember the milk\n'), 'BadImage', /a\.jpg is not an image/);
  await rejects(open('a.png', ''), 'BadImage', /a\.png/);
  const whole = await halves(256, 256).png({ compressionLevel: 0 }).toBuffer();
  await rejects(open('cut.png', whole.subarray(0, whole.length / 2)), 'BadImage', /cut\.png is damaged/);
  await rejects(open('dot.png', await halves(1, 1).png().toBuffer()), 'BadImage', /only 1x1 pixels/);
  const huge = '<svg xmlns="http://www.w3.org/2000/svg" width="10000" height="10000"/>';
  await rejects(open('huge.png', huge), 'BadImage', /more than 64 megapixels/);
  await rejects(ImageSource.open(join(await scratch(t), 'none.png')), 'InvalidArgs', /There is no file/);
  await rejects(ImageSource.open(await scratch(t)), 'InvalidArgs', /is a directory/);
});

for (const [keep, seed] of [
  ['first', 1],
  ['last', 3],
] as const) {
  test(`the ${keep} frame becomes the picture`, async (t) => {
    const path = join(await scratch(t), 'out.png');
    const sink = await ImageSink.create(path, FORMAT, keep);
    for (const number of [1, 2, 3]) await sink.write(patternFrame(64, 48, number));
    await sink.close();
    const { data } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    assert.ok(data.equals(rgbOfFrame(patternFrame(64, 48, seed))));
    assert.deepEqual(await readdir(dirname(path)), ['out.png']);
  });
}

test('the ending chooses the format', async (t) => {
  const directory = await scratch(t);
  for (const [name, format] of [
    ['a.PNG', 'png'],
    ['a.jpg', 'jpeg'],
    ['a.jpeg', 'jpeg'],
    ['a.webp', 'webp'],
  ] as const) {
    const sink = await ImageSink.create(join(directory, name), FORMAT);
    await sink.write(patternFrame(64, 48, 1));
    await sink.close();
    assert.equal((await sharp(join(directory, name)).metadata()).format, format);
  }
});

test('no frame, no picture; no directory, no picture', async (t) => {
  const directory = await scratch(t);
  const sink = await ImageSink.create(join(directory, 'a.png'), FORMAT);
  await rejects(sink.close(), 'Failed', /there was no frame/);
  assert.deepEqual(await readdir(directory), []);
  await rejects(
    ImageSink.create(join(directory, 'no/a.png'), FORMAT),
    'InvalidArgs',
    /directory does not exist/,
  );
  await rejects(ImageSink.create(directory, FORMAT), 'InvalidArgs', /is a directory/);
});

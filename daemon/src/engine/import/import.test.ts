import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import type { ImportAnswer } from '../../shared/import-work.js';
import { ffmpeg, noFfmpeg, rejects, scratch } from '../testing/files.js';
import { importFile } from './import.js';

interface Imported extends ImportAnswer {
  readonly picture: Buffer;
  readonly thumbnail: Buffer;
}

async function imported(
  t: TestContext,
  bytes: Uint8Array,
  focus: readonly [number, number] = [0.5, 0.5],
): Promise<Imported> {
  const folder = await scratch(t);
  await writeFile(join(folder, 'input'), bytes);
  const answer = await importFile(folder, focus);
  const read = (name: string) => readFile(join(folder, name));
  return { ...answer, picture: await read('picture'), thumbnail: await read('thumbnail') };
}

/** Red, green and blue of a pixel. */
async function pixel(picture: Buffer, x: number, y: number): Promise<number[]> {
  const region = { left: x, top: y, width: 1, height: 1 };
  return [...(await sharp(picture).extract(region).removeAlpha().raw().toBuffer())];
}

function isNear(found: readonly number[], wanted: readonly number[], by: number): void {
  const far = found.some((value, index) => Math.abs(value - (wanted[index] ?? 0)) > by);
  assert.ok(!far, `${found} instead of ${wanted}`);
}

const flat = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });

test('a place, a camera and a name do not survive; upright', async (t) => {
  const jpeg = await flat(40, 20, '#0a0')
    .withExif({ IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitudeRef: 'N' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Somebody</x:xmpmeta>')
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  assert.ok(jpeg.includes('Somebody'));
  const { picture, thumbnail, width, height } = await imported(t, jpeg);
  assert.deepEqual([width, height], [20, 40]);
  for (const bytes of [picture, thumbnail]) {
    assert.ok(!bytes.includes('Somebody'));
    const { exif, xmp, icc, iptc, orientation } = await sharp(bytes).metadata();
    assert.deepEqual(
      [exif, xmp, icc, iptc, orientation],
      [undefined, undefined, undefined, undefined, undefined],
    );
  }
});

test('colours of another profile are turned into sRGB', async (t) => {
  // The primary red of Display P3 lies outside sRGB and comes near to its reddest red; a P3 grey is the same grey.
  const p3 = await flat(32, 32, '#b43c50').withIccProfile('p3').png().toBuffer();
  isNear(await pixel((await imported(t, p3)).picture, 16, 16), [0xb4, 0x3c, 0x50], 4);
});

test('every format of a still', async (t) => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const) {
    const found = await imported(t, await flat(640, 360, '#336699')[format]().toBuffer());
    assert.deepEqual(
      [found.kind, found.format, found.width, found.height, found.frames, found.duration],
      ['still', format, 640, 360, 1, 0],
    );
    isNear(await pixel(found.picture, 320, 180), [0x33, 0x66, 0x99], 5);
    const { width, height, format: kind } = await sharp(found.thumbnail).metadata();
    assert.deepEqual([kind, width, height], ['png', 320, 180]);
  }
});

test('16 bits, grey, CMYK and transparency', async (t) => {
  const grey = await imported(t, await flat(64, 36, '#808080').toColourspace('b-w').png().toBuffer());
  isNear(await pixel(grey.picture, 9, 9), [128, 128, 128], 3);
  const deep = await imported(t, await flat(64, 36, '#ff8000').toColourspace('rgb16').png().toBuffer());
  isNear(await pixel(deep.picture, 9, 9), [255, 128, 0], 5);
  const print = await imported(t, await flat(64, 36, '#ffffff').toColourspace('cmyk').jpeg().toBuffer());
  isNear(await pixel(print.picture, 9, 9), [255, 255, 255], 6);
  const clear = await imported(t, await flat(64, 36, '#ffffff').ensureAlpha(0).png().toBuffer());
  isNear(await pixel(clear.picture, 9, 9), [0, 0, 0], 3);
});

test('what is kept looks like what was given', async (t) => {
  const width = 640;
  const height = 360;
  // Soft shapes and fine grain, as a photograph has them.
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const at = Math.floor(i / 3);
    const [x, y] = [at % width, Math.floor(at / width)];
    pixels[i] = 128 + 90 * Math.sin((x + (i % 3) * 40) / 60) * Math.cos(y / 45) + ((at * 7919) % 7) - 3;
  }
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const { picture } = await imported(t, png);
  const kept = await sharp(picture).raw().toBuffer();
  let squares = 0;
  for (let i = 0; i < pixels.length; i++) squares += ((kept[i] ?? 0) - (pixels[i] ?? 0)) ** 2;
  const psnr = 10 * Math.log10(255 ** 2 / (squares / pixels.length));
  t.diagnostic(`PSNR ${psnr.toFixed(1)} dB, ${picture.length} bytes instead of ${png.length}`);
  assert.ok(psnr > 38, `${psnr} dB`);
});

test('large ones just cover 1920x1080; small ones stay', async (t) => {
  const sizes = async (width: number, height: number) => {
    const found = await imported(t, await flat(width, height, '#abc').png().toBuffer());
    return [found.width, found.height];
  };
  assert.deepEqual(await sizes(4000, 3000), [1920, 1440]);
  assert.deepEqual(await sizes(3000, 4000), [1920, 2560]);
  assert.deepEqual(await sizes(5000, 1500), [3600, 1080]);
  assert.deepEqual(await sizes(30, 20), [30, 20]);
  assert.deepEqual(await sizes(1, 1), [1, 1]);
});

test('the focus stays on its place when a strip is cut', async (t) => {
  const found = await imported(t, await flat(8000, 500, '#abc').png().toBuffer(), [0.1, 0.5]);
  assert.deepEqual([found.width, found.height], [2000, 500]);
  // 800 of 8000 pixels from the left: the part begins at the edge.
  assert.deepEqual(found.focus, [0.4, 0.5]);
});

test('animations and clips', { skip: noFfmpeg() ?? false }, async (t) => {
  const folder = await scratch(t);
  const make = async (name: string, ...args: string[]) => {
    ffmpeg('-f', 'lavfi', '-i', 'color=#cc2200:s=320x180:r=10:d=1', ...args, join(folder, name));
    return await readFile(join(folder, name));
  };
  // One colour would become one frame.
  const changing = ['-vf', 'drawbox=x=10*t:y=20:w=40:h=40:color=white@1:t=fill'];
  for (const [name, kind, ...args] of [
    ['a.gif', 'animated'],
    ['a.apng', 'animated', '-f', 'apng', '-plays', '0'],
    ['a.mp4', 'video', '-c:v', 'mpeg4'],
    ['a.mkv', 'video', '-c:v', 'mjpeg'],
    ['a.webm', 'video', '-c:v', 'libvpx'],
  ] as const) {
    const found = await imported(t, await make(name, ...changing, ...args));
    assert.equal(found.kind, kind, name);
    assert.equal(found.format, name.split('.')[1]);
    assert.deepEqual([found.width, found.height, found.frames], [320, 180, 10], name);
    assert.ok(Math.abs(found.duration - 1) < 0.2, String(found.duration));
    isNear(await pixel(found.thumbnail, 300, 150), [0xcc, 0x22, 0], 30);
  }
});

test('what cannot be imported says why', async (t) => {
  await rejects(imported(t, Buffer.from('Dear reader')), 'BadImage', /kind that can be imported.*Use JPEG/);
  const png = await flat(64, 64, '#abc').png().toBuffer();
  await rejects(imported(t, png.subarray(0, png.length >> 1)), 'BadImage', /damaged/);
});

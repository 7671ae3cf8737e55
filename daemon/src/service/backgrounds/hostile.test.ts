/** Files that mean harm, through the process that the service uses, with its limits. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { BackscrubError } from '../../shared/errors.js';
import type { ImportAnswer } from '../../shared/import-work.js';
import { MediaChild } from './media-child.js';
import { chunk, header, pngOf, smallPng } from './testing/png.js';
import { checkThumbnail } from './thumbnail.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-hostile-'));
after(() => rmSync(root, { recursive: true }));

const media = new MediaChild(fileURLToPath(new URL('../../engine/import-main.js', import.meta.url)));
let count = 0;

async function importBytes(bytes: Uint8Array): Promise<ImportAnswer & { folder: string }> {
  const folder = mkdtempSync(join(root, `${count++}-`));
  writeFileSync(join(folder, 'input'), bytes);
  return { folder, ...(await media.importFile(folder, [0.5, 0.5])) };
}

async function refused(bytes: Uint8Array, words: RegExp): Promise<void> {
  await assert.rejects(importBytes(bytes), (error: unknown) => {
    assert.ok(error instanceof BackscrubError, String(error));
    assert.equal(error.code, 'BadImage', error.message);
    assert.match(error.message, words);
    assert.doesNotMatch(error.message, /hostile-|\.js\b/, 'no paths of ours');
    return true;
  });
}

/** One bit for each pixel, all the same: as small as can be, as large as it says. */
function png(width: number, height: number, rows = height): Buffer {
  const data = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))));
  return pngOf(header(width, height, [1, 0, 0, 0, 0]), chunk('IDAT', data), chunk('IEND'));
}

/** Every thumbnail that is made passes the check on its way out. */
async function checkIn(folder: string, width: number): Promise<void> {
  await checkThumbnail(readFileSync(join(folder, 'thumbnail')), width);
}

test('the makers of hostile files make good ones, too', async () => {
  const { kind, width, height, folder } = await importBytes(png(640, 480));
  assert.deepEqual([kind, width, height], ['still', 640, 480]);
  assert.deepEqual(readdirSync(folder).sort(), ['input', 'picture', 'thumbnail']);
  await checkIn(folder, 320);
  for (const side of [1, 2]) await checkIn((await importBytes(smallPng(side, side))).folder, 320);
  for (const background of ['builtin:bokeh', 'color:#123456']) {
    await media.makeThumbnail(folder, background, 200);
    await checkIn(folder, 200);
  }
});

test('decompression bombs', async () => {
  await refused(png(60_000, 60_000, 1), /60000x60000 = 3600 megapixels; at most 64/);
  await refused(png(20_000, 20_000), /400 megapixels/);
  await refused(png(8192, 8192), /67 megapixels/);
  await refused(png(0x7fffffff, 1, 1), /megapixels|damaged/);
});

test('a large picture that is allowed is made small', async () => {
  const { width, height, folder } = await importBytes(png(9000, 7000));
  assert.deepEqual([width, height], [1920, 1493]);
  assert.ok(readFileSync(join(folder, 'picture')).length < 1e6);
});

test('a long strip is cut', async () => {
  const { width, height, folder } = await importBytes(png(60_000, 1000));
  assert.deepEqual([width, height], [4000, 1000]);
  await checkIn(folder, 320);
});

test('cut off, empty of data, or not what the beginning says', async () => {
  const whole = png(640, 480);
  await refused(whole.subarray(0, whole.length - 30), /damaged/);
  await refused(whole.subarray(0, 20), /damaged/);
  await refused(png(640, 480, 1), /damaged/);
  for (const magic of ['\xff\xd8\xff', 'GIF89a', 'II*\0', 'MM\0*', '\x89PNG\r\n\x1a\n', 'RIFF\0\0\0\0WEBP']) {
    await refused(Buffer.from(`${magic}${'nothing of the kind '.repeat(50)}`, 'latin1'), /damaged|pictures/);
  }
});

test('kinds that are not taken are named, with what to do', async () => {
  for (const [text, words] of [
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', /SVG.*PNG/],
    ['<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>', /SVG/],
    ['%PDF-1.7', /PDF/],
    ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', /HEIC.*JPEG/],
    ['#EXTM3U\nfile:///etc/passwd\n', /kind/],
    ['ffconcat version 1.0\nfile /etc/passwd\n', /kind/],
    ['Dear reader', /kind.*Use JPEG/],
    ['x', /kind/],
    ['\0\0\0\0ftyp', /kind/],
    ['\x1a\x45\xdf\xa3nothing', /Matroska/],
  ] as const) {
    await refused(Buffer.from(text, 'latin1'), words);
  }
});

/** A TIFF whose pages are a list of n directories, each of a picture of one pixel. */
function tiff(pages: number, loop = false): Buffer {
  const entries = [
    [256, 1],
    [257, 1],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, 1],
    [279, 1],
  ] as const;
  const size = 2 + entries.length * 12 + 4;
  const bytes = Buffer.alloc(10 + pages * size);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(10, 4);
  for (let page = 0; page < pages; page++) {
    const at = 10 + page * size;
    bytes.writeUInt16LE(entries.length, at);
    entries.forEach(([tag, value], index) => {
      const entry = at + 2 + index * 12;
      bytes.writeUInt16LE(tag, entry);
      bytes.writeUInt16LE(4, entry + 2);
      bytes.writeUInt32LE(1, entry + 4);
      bytes.writeUInt32LE(value, entry + 8);
    });
    const next = page + 1 < pages ? at + size : loop ? 10 : 0;
    bytes.writeUInt32LE(next, at + size - 4);
  }
  return bytes;
}

test('a TIFF of a thousand pages shows its first; one that goes in a circle ends', async () => {
  const { kind, width, frames } = await importBytes(tiff(1000));
  assert.deepEqual([kind, width, frames], ['still', 1, 1]);
  await importBytes(tiff(3, true)).catch((error: unknown) => {
    assert.ok(error instanceof BackscrubError && error.code === 'BadImage');
  });
});

/** A GIF of n frames of one pixel. */
function gif(frames: number): Buffer {
  const head = Buffer.from('474946383961010001008000000000000000ff', 'hex');
  const frame = Buffer.from('21f90401000000002c0000000001000100000202440100', 'hex');
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from('3b', 'hex')]);
}

test('a GIF of five thousand frames', async () => {
  await refused(gif(5000), /5000 frames; at most/);
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).error === undefined;
const skip = hasFfmpeg ? false : 'ffmpeg is not installed';

function clip(name: string, ...args: readonly string[]): Buffer {
  const path = join(root, name);
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return readFileSync(path);
}

test('a clip of four hours', { skip }, async () => {
  const source = ['-f', 'lavfi', '-i', 'color=s=64x48:r=1:d=14400'];
  const bytes = clip('long.mp4', ...source, '-c:v', 'mpeg4', '-q:v', '31', '-g', '600');
  await refused(bytes, /240 min|14400 s|at most \d+ s|long/);
});

test('a file with sound alone', { skip }, async () => {
  await refused(clip('sound.mp4', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac'), /picture/);
});

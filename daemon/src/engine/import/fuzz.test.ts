/**
 * Damaged files of every format: each import ends with a picture or with an error for people, and the process lives on.
 * BACKSCRUB_IMAGE_FUZZ_COUNT says how many; of clips and animations, which need a process each, a twentieth of that.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { BackscrubError } from '../../shared/errors.js';
import { ffmpeg, noFfmpeg } from '../testing/files.js';
import { generator, mutate } from '../testing/mutate.js';
import { identify } from './identify.js';
import { importFile } from './import.js';
import { encodeStill, makeThumbnail, readHeader } from './still.js';

const SEED = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 20_261_121);
const COUNT = Number(process.env['BACKSCRUB_IMAGE_FUZZ_COUNT'] ?? 400);

const folder = mkdtempSync(join(tmpdir(), 'backscrub-image-fuzz-'));
after(() => rmSync(folder, { recursive: true }));

const picture = () => {
  const pixels = Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * i) % 253));
  return sharp(pixels, { raw: { width: 64, height: 48, channels: 3 } });
};

const STILLS: Readonly<Record<string, () => Promise<Buffer>>> = {
  jpeg: () =>
    picture()
      .withExif({ IFD0: { Artist: 'me' } })
      .jpeg()
      .toBuffer(),
  'progressive jpeg': () => picture().jpeg({ progressive: true }).toBuffer(),
  png: () => picture().png().toBuffer(),
  'interlaced png with a palette': () => picture().png({ palette: true, progressive: true }).toBuffer(),
  webp: () => picture().webp().toBuffer(),
  'lossless webp': () => picture().webp({ lossless: true }).toBuffer(),
  avif: () => picture().avif().toBuffer(),
  tiff: () => picture().tiff({ compression: 'lzw' }).toBuffer(),
  'tiff with tiles of jpeg': () => picture().tiff({ compression: 'jpeg', tile: true }).toBuffer(),
  gif: () => picture().gif().toBuffer(),
};

/** What the import does with a still, in this process. */
async function importStill(bytes: Buffer): Promise<void> {
  const { moving } = identify(bytes);
  if (moving === true) return;
  const header = await readHeader(bytes);
  const still = await encodeStill(bytes, header, [0.3, 0.9]);
  assert.ok(still.width <= 7680 && still.height <= 7680);
  await makeThumbnail(still.picture, still.focus, 320);
}

function isForPeople(error: unknown): boolean {
  return error instanceof BackscrubError && error.code === 'BadImage' && error.message.length < 500;
}

const share = Math.ceil((COUNT * 0.95) / Object.keys(STILLS).length);
for (const [name, make] of Object.entries(STILLS)) {
  test(`${share} mutations of ${name}`, async (t) => {
    const original = await make();
    await importStill(original);
    const random = generator(SEED);
    let refused = 0;
    for (let i = 0; i < share; i++) {
      try {
        await importStill(mutate(original, random));
      } catch (error) {
        const text = error instanceof Error ? error.stack : String(error);
        assert.ok(isForPeople(error), `mutation ${i} of seed ${SEED}: ${text}`);
        refused++;
      }
    }
    t.diagnostic(`${refused} refused`);
    // If hardly anything is refused, the mutations do not reach what matters.
    assert.ok(refused > share / 10, `${refused} refused`);
  });
}

const MOVING = ['gif', 'webp', 'apng', 'mp4', 'webm', 'mkv'] as const;
const skip = noFfmpeg();

before(() => {
  if (skip !== undefined) return;
  const source = ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=0.6'];
  ffmpeg(...source, '-c:v', 'mjpeg', join(folder, 'mkv.mkv'));
  ffmpeg(...source, '-c:v', 'mpeg4', join(folder, 'mp4.mp4'));
  ffmpeg(...source, '-c:v', 'libvpx', '-b:v', '200k', join(folder, 'webm.webm'));
  ffmpeg(...source, '-f', 'apng', '-plays', '0', join(folder, 'apng.apng'));
  ffmpeg(...source, join(folder, 'gif.gif'));
});

const movingShare = Math.ceil((COUNT * 0.05) / MOVING.length);
for (const format of MOVING) {
  test(`${movingShare} mutations of a moving ${format}`, { skip: skip ?? false }, async (t) => {
    const path = join(folder, `${format === 'webp' ? 'gif' : format}.${format === 'webp' ? 'gif' : format}`);
    const original =
      format === 'webp'
        ? await sharp(readFileSync(path), { animated: true }).webp().toBuffer()
        : readFileSync(path);
    const random = generator(SEED);
    let refused = 0;
    for (let i = -1; i < movingShare; i++) {
      // The first one is not damaged.
      writeFileSync(join(folder, 'input'), i < 0 ? original : mutate(original, random));
      try {
        const answer = await importFile(folder, [0.5, 0.5]);
        if (i < 0) assert.ok(answer.frames > 1 && answer.format === format, JSON.stringify(answer));
      } catch (error) {
        const text = error instanceof Error ? error.stack : String(error);
        assert.ok(i >= 0 && isForPeople(error), `mutation ${i} of seed ${SEED}: ${text}`);
        refused++;
      }
    }
    t.diagnostic(`${refused} refused`);
  });
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp from 'sharp';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { formatEntry, type StoredBackground } from '../../shared/stored-background.js';
import { loadBackground } from './load.js';

const WIDTH = 64;
const HEIGHT = 36;

async function pixels(background: string, width = WIDTH, height = HEIGHT): Promise<Buffer> {
  const frame = (await loadBackground(background, width, height)).frame(0);
  const rgb = Buffer.alloc(width * height * 3);
  frame.storeRgb(rgb);
  return rgb;
}

function assertNear(actual: Uint8Array, wanted: ArrayLike<number>, text: string): void {
  Array.from(wanted).forEach((value, i) => {
    assert.ok(
      Math.abs((actual[i] ?? -99) - value) <= 6,
      `${text}: ${actual.subarray(0, 3).join()} for ${Array.from(wanted).join()}`,
    );
  });
}

describe('loadBackground', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backscrub-background-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function refused(background: string, code: ErrorCode, text: RegExp): Promise<void> {
    await assert.rejects(loadBackground(background, WIDTH, HEIGHT), (error: unknown) => {
      assert.ok(error instanceof BackscrubError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, text);
      return true;
    });
  }

  it('fills with a colour', async () => {
    assertNear(await pixels('color:#ff0000'), [255, 0, 0], 'red');
    assertNear(await pixels('color:#336699'), [0x33, 0x66, 0x99], 'blue');
  });

  for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
    it(`covers the frame with a ${format} picture and keeps its middle`, async () => {
      // Three upright bars; a square picture on a wide frame loses top and bottom, a wide one its sides.
      const bar = (r: number, g: number, b: number) => ({
        create: { width: 100, height: 100, channels: 3 as const, background: { r, g, b } },
      });
      const path = join(folder, `bars.${format}`);
      await sharp({ create: { width: 300, height: 100, channels: 3, background: '#000' } })
        .composite([
          { input: bar(255, 0, 0), left: 0, top: 0 },
          { input: bar(0, 255, 0), left: 100, top: 0 },
          { input: bar(0, 0, 255), left: 200, top: 0 },
        ])
        .toFormat(format, { quality: 100 })
        .toFile(path);
      const rgb = await pixels(path);
      const middle = ((HEIGHT / 2) * WIDTH + WIDTH / 2) * 3;
      assertNear(rgb.subarray(middle, middle + 3), [0, 255, 0], format);
      const left = (HEIGHT / 2) * WIDTH * 3;
      assertNear(rgb.subarray(left, left + 3), [255, 0, 0], format);
    });
  }

  it('turns a picture as its EXIF orientation says', async () => {
    const path = join(folder, 'turned.jpg');
    const half = {
      create: { width: 36, height: 32, channels: 3 as const, background: { r: 255, g: 0, b: 0 } },
    };
    // Stored upright with red on top; orientation 6 turns it a quarter clockwise, which brings red to the right.
    await sharp({ create: { width: 36, height: 64, channels: 3, background: '#0000ff' } })
      .composite([{ input: half, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toFile(path);
    const rgb = await pixels(path);
    const row = (HEIGHT / 2) * WIDTH * 3;
    assertNear(rgb.subarray(row, row + 3), [0, 0, 255], 'left');
    assertNear(rgb.subarray(row + (WIDTH - 1) * 3, row + WIDTH * 3), [255, 0, 0], 'right');
  });

  it('refuses what is no background, and says why', async () => {
    await refused('color:red', 'InvalidArgs', /color:#2e3436/);
    await refused('bookshelf', 'UnknownBackground', /absolute path/);
    await refused(join(folder, 'nothing.png'), 'UnknownBackground', /no file/);
    await refused(folder, 'BadImage', /not a file/);
  });

  it('refuses text, a damaged picture and other formats', async () => {
    const text = join(folder, 'text.png');
    await writeFile(text, 'This is not a picture.\n');
    await refused(text, 'BadImage', /neither an image nor a video/);
    const cut = join(folder, 'cut.png');
    const noise = Buffer.from(Array.from({ length: 128 * 128 * 3 }, (_, i) => (i * 7919) % 251));
    const whole = await sharp(noise, { raw: { width: 128, height: 128, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(cut, whole.subarray(0, whole.length / 2));
    await refused(cut, 'BadImage', /damaged/);
    const vector = join(folder, 'vector.svg');
    await writeFile(vector, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await refused(vector, 'BadImage', /SVG drawing/);
  });

  it('refuses a picture of 100 megapixels without decoding it', async () => {
    const path = join(folder, 'huge.png');
    await sharp({ create: { width: 10000, height: 10000, channels: 3, background: '#123456' } })
      .png({ compressionLevel: 9, palette: true })
      .toFile(path);
    await refused(path, 'BadImage', /10000x10000 = 100 megapixels; at most 64/);
  });

  it('does not wait for a FIFO and does not read a device', { timeout: 5000 }, async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    await refused(fifo, 'BadImage', /not a file/);
    await refused('/dev/zero', 'BadImage', /not a file/);
    await refused('/proc/self/environ', 'BadImage', /a file of the kernel/);
  });

  it('goes from one colour to the other', async () => {
    const at = (rgb: Buffer, x: number, y: number) =>
      rgb.subarray((y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
    const down = await pixels('gradient:#ff0000-#0000ff');
    assertNear(at(down, 10, 0), [252, 0, 3], 'top');
    assertNear(at(down, 50, HEIGHT - 1), [7, 0, 247], 'bottom');
    assertNear(at(down, 10, HEIGHT / 2), [125, 2, 134], 'middle');
    const across = await pixels('gradient:#000000-#ffffff@0');
    assertNear(at(across, 0, 20), [2, 2, 2], 'left');
    assertNear(at(across, WIDTH - 1, 3), [253, 253, 253], 'right');
    await refused('gradient:#ff0000', 'InvalidArgs', /gradient:#1b2a49/);
    await refused('gradient:#ff0000-#00ff00@360', 'InvalidArgs', /0 to 359/);
  });

  it('reaches both colours of a large gradient in opposite corners, in even steps', async () => {
    const [width, height] = [1280, 720];
    const rgb = await pixels('gradient:#204a87-#ad7fa8@45', width, height);
    // The mean of a square around the point: single pixels have grain.
    const at = (x: number, y: number): number[] => {
      const [left, top] = [
        Math.min(width - 16, Math.max(0, x - 8)),
        Math.min(height - 16, Math.max(0, y - 8)),
      ];
      const sums = [0, 0, 0];
      for (let i = 0; i < 256; i++) {
        const pixel = ((top + (i >> 4)) * width + left + (i & 15)) * 3;
        for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (rgb[pixel + c] ?? 0);
      }
      return sums.map((sum) => sum / 256);
    };
    const [from, to] = [
      [0x20, 0x4a, 0x87],
      [0xad, 0x7f, 0xa8],
    ];
    for (let step = 0; step <= 8; step++) {
      const mixed = from.map((level, c) => level + (step / 8) * ((to[c] ?? 0) - level));
      const shown = at(Math.round((step / 8) * width), Math.round((step / 8) * height));
      mixed.forEach((level, c) => {
        assert.ok(Math.abs((shown[c] ?? 0) - level) < 3, `${step} of 8: ${shown.join()} for ${mixed.join()}`);
      });
    }
  });

  it('lets the frames of a running picture come between the pictures of one that moves', async () => {
    let pauses = 0;
    const pause = async () => {
      pauses++;
    };
    const background = await loadBackground('builtin:slow-light', WIDTH, HEIGHT, { pause });
    await background.close();
    assert.ok(pauses >= 10, `${pauses} pauses`);
  });

  it('keeps the focus of an imported picture in sight', async () => {
    const id = '0123456789abcdef0123456789abcdef';
    // Left half red, right half blue, on a frame that shows less than half of it.
    await sharp({ create: { width: 400, height: 50, channels: 3, background: '#ff0000' } })
      .composite([
        {
          input: { create: { width: 200, height: 50, channels: 3, background: '#0000ff' } },
          left: 200,
          top: 0,
        },
      ])
      .webp({ lossless: true })
      .toFile(join(folder, `${id}.webp`));
    const entry: StoredBackground = {
      id,
      name: 'Halves',
      kind: 'still',
      format: 'png',
      width: 400,
      height: 50,
      frames: 1,
      duration: 0,
      focus: [0.5, 0.5],
      bytes: 100,
      importedAt: '2026-01-01T00:00:00.000Z',
    };
    const middle = async (facts: string): Promise<Buffer> => {
      await writeFile(join(folder, `${id}.json`), facts);
      const background = await loadBackground(id, WIDTH, HEIGHT, { folder });
      const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
      background.frame(0).storeRgb(rgb);
      await background.close();
      return rgb.subarray((10 * WIDTH + WIDTH / 2) * 3, (10 * WIDTH + WIDTH / 2) * 3 + 3);
    };
    assertNear(await middle(formatEntry({ ...entry, focus: [0, 0] })), [255, 0, 0], 'left');
    assertNear(await middle(formatEntry({ ...entry, focus: [1, 0.5] })), [0, 0, 255], 'right');
    for (const damaged of ['not json', '{}', formatEntry({ ...entry, focus: [7, 0] })]) {
      await assert.rejects(middle(damaged), { code: 'BadImage', message: /damaged.*import it again/ });
    }
    await refused('f'.repeat(32), 'UnknownBackground', /ListBackgrounds/);
  });
});

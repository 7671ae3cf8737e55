/** Effects as a call would see them: each picture of a frame gets its own and no other. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Canvas, Frame } from '@backscrub/native';
import sharp from 'sharp';
import { BackscrubError } from '../shared/errors.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { Pipeline } from './pipeline.js';
import { Scene } from './scene/scene.js';

const WIDTH = 640;
const HEIGHT = 360;
const PIXELS = WIDTH * HEIGHT;
/** The person stands so far left of the middle that a box around them is not one around their mirror image. */
const MOVED = 160;

describe('Pipeline with effects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backscrub-effects-'));
  /** Red on the left, green on the right. */
  const halves = join(folder, 'halves.png');
  const input = new Frame(WIDTH, HEIGHT);
  const output = new Frame(WIDTH, HEIGHT);
  let camera: Buffer;
  let truth: Buffer;
  let pipeline: Pipeline;
  const replace: Look = { mode: 'replace', background: halves, blurStrength: 50, effects: [] };

  before(async () => {
    const red = { input: { create: solid('#c00000') }, left: 0, top: 0 };
    await sharp({ create: { ...solid('#00c000'), width: WIDTH } })
      .composite([red])
      .png()
      .toFile(halves);
    const { rgb, alpha } = await new Scene(WIDTH, HEIGHT).compose(0);
    camera = moved(rgb, 3);
    truth = moved(alpha, 1);
    input.loadRgb(camera);
    pipeline = await Pipeline.create({ width: WIDTH, height: HEIGHT, model: DEFAULT_MODEL, look: replace });
  });
  after(async () => {
    await pipeline?.close();
    rmSync(folder, { recursive: true });
  });

  const solid = (background: string) => ({
    width: WIDTH / 2,
    height: HEIGHT,
    channels: 3 as const,
    background,
  });

  /** Every row begins MOVED pixels later; what it loses on the left comes back on the right. */
  function moved(packed: Buffer, channels: number): Buffer {
    const out = Buffer.alloc(packed.length);
    for (let y = 0; y < HEIGHT; y++) {
      const row = packed.subarray(y * WIDTH * channels, (y + 1) * WIDTH * channels);
      row.copy(out, y * WIDTH * channels, MOVED * channels);
      row.copy(out, ((y + 1) * WIDTH - MOVED) * channels, 0, MOVED * channels);
    }
    return out;
  }

  async function shown(change: Partial<Look>): Promise<Buffer> {
    await pipeline.setLook({ ...replace, ...change });
    await pipeline.process(input, output);
    const bytes = Buffer.alloc((PIXELS * 3) / 2);
    output.storeI420(bytes);
    return bytes;
  }

  /** Until the matte does not change any more from frame to frame. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 60; i++) await shown({});
  }

  const luma = (bytes: Buffer) => bytes.subarray(0, PIXELS);
  /** How far Cb or Cr is from grey at a place of the frame. */
  const colour = (bytes: Buffer, x: number, y: number) => {
    const at = PIXELS + (y >> 1) * (WIDTH / 2) + (x >> 1);
    return Math.max(Math.abs((bytes[at] ?? 0) - 128), Math.abs((bytes[at + PIXELS / 4] ?? 0) - 128));
  };
  /** Of the person: the middle of the shirt. */
  const [chestX, chestY] = [WIDTH / 2 - MOVED, Math.round(HEIGHT * 0.9)];

  function iou(wanted: (pixel: number) => boolean): number {
    const alpha = Buffer.alloc(PIXELS);
    pipeline.storeAlpha(alpha);
    let both = 0;
    let either = 0;
    alpha.forEach((a, pixel) => {
      both += Number(a > 127 && wanted(pixel));
      either += Number(a > 127 || wanted(pixel));
    });
    return both / either;
  }
  const person = (pixel: number) => (truth[pixel] ?? 0) > 127;
  const mirroredPerson = (pixel: number) => {
    const x = pixel % WIDTH;
    return person(pixel - x + WIDTH - 1 - x);
  };

  it('mirrors the person and not the background, whole from the first frame on', async () => {
    for (let i = 0; i < 3; i++) await shown({});
    assert.ok(iou(person) > 0.94, `IoU ${iou(person)}`);
    const plain = luma(await shown({}));
    const mirrored = luma(await shown({ effects: ['mirror'] }));
    assert.ok(iou(mirroredPerson) > 0.94, `IoU ${iou(mirroredPerson)}`);
    // Beside the person the background is what it was: red is darker than green.
    const [left, right] = [20, WIDTH - 21].map((x) => (bytes: Buffer) => bytes[20 * WIDTH + x] ?? 0);
    assert.ok(left && right && left(plain) < right(plain) - 20);
    assert.ok(left(mirrored) === left(plain) && right(mirrored) === right(plain));
    await shown({});
    assert.ok(iou(person) > 0.94, `IoU ${iou(person)} when it is switched off again`);
  });

  it('keeps each effect on its picture', async () => {
    const corner = [20, 20] as const;
    const plain = await shown({});
    const inRoom = async (...effects: string[]) => colour(await shown({ effects }), ...corner) > 20;
    const onPerson = async (...effects: string[]) => colour(await shown({ effects }), chestX, chestY) > 5;
    assert.ok((await inRoom()) && (await onPerson()));
    assert.deepEqual(
      [await inRoom('desaturate-background'), await onPerson('desaturate-background')],
      [false, true],
    );
    assert.deepEqual([await inRoom('grayscale'), await onPerson('grayscale')], [false, false]);
    const hologram = await shown({ effects: ['hologram'] });
    assert.equal(hologram[20 * WIDTH + 20], plain[20 * WIDTH + 20]);
    assert.notEqual(colour(hologram, chestX, chestY), colour(plain, chestX, chestY));
    const vignette = await shown({ effects: ['vignette'] });
    assert.ok((vignette[20 * WIDTH + 20] ?? 0) < (plain[20 * WIDTH + 20] ?? 0) - 5);
  });

  it('is the same on a canvas, also when effects come and go', async () => {
    await settle();
    const canvas = new Canvas(WIDTH, HEIGHT);
    const [yuyv, expected] = [Buffer.alloc(PIXELS * 2), Buffer.alloc(PIXELS * 2)];
    for (const effects of [
      [],
      ['vignette'],
      ['grayscale', 'vignette'],
      [],
      ['desaturate-background'],
      ['hologram'],
    ]) {
      await shown({ effects });
      // Twice: the second time most of the canvas is there already.
      for (let i = 0; i < 2; i++) {
        await pipeline.process(input, canvas);
        canvas.store(yuyv);
        await pipeline.process(input, output);
        output.storeYuyv(expected);
        const worst = yuyv.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - (expected[at] ?? 0))),
          0,
        );
        assert.ok(worst <= 2, `${effects.join()}: differs by ${worst}`);
      }
    }
  });

  it('blur: the room is grey, the person is not', async () => {
    const bytes = await shown({ mode: 'blur', effects: ['desaturate-background'] });
    const coloured = (await shown({ mode: 'blur' })).subarray();
    let room = 0;
    for (let y = 10; y < HEIGHT; y += 10) {
      for (let x = WIDTH - 60; x < WIDTH; x += 10) {
        assert.equal(colour(bytes, x, y), 0);
        room = Math.max(room, colour(coloured, x, y));
      }
    }
    assert.ok(room > 4, 'without the effect there is colour');
    assert.ok(colour(bytes, chestX, chestY) > 5);
  });

  it('passthrough: the whole picture, but for what is behind somebody', async () => {
    const plain = await shown({ mode: 'passthrough' });
    assert.deepEqual(await shown({ mode: 'passthrough', effects: ['desaturate-background'] }), plain);
    const grey = await shown({ mode: 'passthrough', effects: ['grayscale'] });
    assert.ok(grey.subarray(PIXELS).every((value) => value === 128));
    const hologram = await shown({ mode: 'passthrough', effects: ['hologram'] });
    assert.notEqual(hologram[20 * WIDTH + 20], plain[20 * WIDTH + 20]);
    const mirrored = await shown({ mode: 'passthrough', effects: ['mirror'] });
    assert.equal(mirrored[20 * WIDTH + 20], plain[20 * WIDTH + WIDTH - 21]);
  });

  it('mask: only turned', async () => {
    await settle();
    const plain = await shown({ mode: 'mask', effects: [] });
    for (const effect of ['hologram', 'grayscale', 'vignette', 'brighten', 'desaturate-background'])
      assert.deepEqual(await shown({ mode: 'mask', effects: [effect] }), plain, effect);
    await shown({ mode: 'mask', effects: ['mirror'] });
    assert.ok(iou(mirroredPerson) > 0.94);
  });

  it('leaves the camera frame as it was', async () => {
    await shown({
      effects: ['hologram', 'mirror', 'flip', 'grayscale', 'desaturate-background', 'vignette', 'brighten'],
    });
    const now = Buffer.alloc(camera.length);
    input.storeRgb(now);
    const fresh = new Frame(WIDTH, HEIGHT);
    fresh.loadRgb(camera);
    const then = Buffer.alloc(camera.length);
    fresh.storeRgb(then);
    assert.deepEqual(now, then);
  });

  it('refuses an effect that is not there, and stays with the old ones', async () => {
    const before = await shown({ effects: ['grayscale'] });
    await assert.rejects(
      pipeline.setLook({ ...replace, effects: ['sepia'] }),
      (error: unknown) => error instanceof BackscrubError && error.code === 'InvalidArgs',
    );
    await pipeline.process(input, output);
    const bytes = Buffer.alloc(before.length);
    output.storeI420(bytes);
    assert.ok(bytes.subarray(PIXELS).every((value) => value === 128));
  });

  it('puts what replaces the room out of focus, and leaves the person', async () => {
    await settle();
    const sharpEdge = await shown({});
    const alpha = Buffer.alloc(PIXELS);
    pipeline.storeAlpha(alpha);
    const blurred = await shown({ effects: ['blur-background'] });
    // Where red meets green, above the person.
    const steps = (bytes: Buffer) => {
      const row = luma(bytes).subarray(4 * WIDTH + WIDTH / 2 - 40, 4 * WIDTH + WIDTH / 2 + 40);
      return row.reduce(
        (most, value, x) => Math.max(most, x === 0 ? 0 : Math.abs(value - (row[x - 1] ?? 0))),
        0,
      );
    };
    assert.ok(steps(sharpEdge) > 30, `${steps(sharpEdge)}`);
    assert.ok(steps(blurred) < 12, `${steps(blurred)} from pixel to pixel`);
    for (let i = 0; i < PIXELS; i++) if (alpha[i] === 255) assert.equal(blurred[i], sharpEdge[i]);
    assert.deepEqual(await shown({ effects: ['blur-background'] }), blurred, 'the same in the next frame');
  });

  it('lets light of a bright background fall on the outline and on nothing else', async () => {
    const white = { background: 'color:#ffffff' };
    await settle();
    const without = await shown(white);
    const alpha = Buffer.alloc(PIXELS);
    pipeline.storeAlpha(alpha);
    const wrapped = await shown({ ...white, effects: ['light-wrap'] });
    let brighter = 0;
    for (let i = 0; i < PIXELS; i++) {
      const more = (wrapped[i] ?? 0) - (without[i] ?? 0);
      assert.ok(more >= 0, `darker at ${i}`);
      if (alpha[i] === 0) assert.equal(more, 0);
      if (more > 5) brighter++;
    }
    assert.ok(brighter > 300 && brighter < PIXELS * 0.05, `${brighter} pixels are brighter`);
  });
});

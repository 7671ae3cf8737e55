import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Backdrop, Canvas, Frame, Matte, RoomCanvas } from './index.js';

type Yuv = readonly [number, number, number];

const PERSON: Yuv = [90, 100, 190];
const ROOM: Yuv = [200, 150, 90];
const NEW: Yuv = [40, 200, 110];

/** An alpha plane with a person in the middle and an edge `soft` pixels wide, the curve of a real one. */
function personAlpha(width: number, height: number, soft: number): Buffer {
  const alpha = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.min(x - width * 0.3, width * 0.7 - x, y - height * 0.25) / soft + 0.5;
      alpha[y * width + x] = Math.round(255 * Math.max(0, Math.min(1, inside)));
    }
  }
  return alpha;
}

/** The plane of one component, with what alpha mixes at each place; chroma by the mean alpha of its four pixels. */
function mixed(width: number, height: number, alpha: Buffer, front: Yuv, back: Yuv): Buffer {
  const out = Buffer.alloc((width * height * 3) / 2);
  const mix = (a: number, plane: 0 | 1 | 2) => Math.round(a * front[plane] + (1 - a) * back[plane]);
  for (let i = 0; i < width * height; i++) out[i] = mix((alpha[i] ?? 0) / 255, 0);
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < width / 2; x++) {
      const at = 2 * y * width + 2 * x;
      const four = [at, at + 1, at + width, at + width + 1].map((i) => alpha[i] ?? 0);
      const a = four.reduce((sum, value) => sum + value, 0) / 4 / 255;
      const to = width * height + (y * width) / 2 + x;
      out[to] = mix(a, 1);
      out[to + (width * height) / 4] = mix(a, 2);
    }
  }
  return out;
}

function frameOf(width: number, height: number, bytes: Buffer): Frame {
  const frame = new Frame(width, height);
  frame.loadI420(bytes);
  return frame;
}

function i420(frame: Frame): Buffer {
  const bytes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

function difference(a: Buffer, b: Buffer): { mean: number; worst: number } {
  let sum = 0;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += d;
    worst = Math.max(worst, d);
  }
  return { mean: sum / a.length, worst };
}

/** Person and room of one colour each: what to expect is known at every pixel. */
function scene(width: number, height: number, soft: number) {
  const alpha = personAlpha(width, height, soft);
  const matte = new Matte(width, height, 1, 1);
  matte.loadAlpha(alpha);
  const camera = frameOf(width, height, mixed(width, height, alpha, PERSON, ROOM));
  const behind = new Backdrop(width, height);
  behind.fill(...NEW);
  return { alpha, matte, camera, behind, ideal: mixed(width, height, alpha, PERSON, NEW) };
}

describe('colours at soft edges', () => {
  // Sizes that are not a whole number of tiles (64 x 32), of cells (8 x 8), and of chroma pairs.
  for (const [width, height] of [
    [320, 192],
    [322, 194],
    [326, 182],
    [66, 34],
    [18, 10],
  ] as const) {
    it(`are the person's alone, ${width}x${height}`, () => {
      // No edge wider than the person.
      for (const soft of [2, 6, 16].filter((wide) => wide <= height / 2)) {
        const { matte, camera, behind, ideal } = scene(width, height, soft);
        const output = new Frame(width, height);
        matte.compose(camera, behind, output, 0, false);
        const before = difference(i420(output), ideal);
        matte.compose(camera, behind, output);
        const after = difference(i420(output), ideal);
        assert.ok(after.mean < before.mean * 0.55, `edge of ${soft}: ${before.mean} became ${after.mean}`);
        assert.ok(after.worst <= 20, `edge of ${soft}: ${after.worst} off`);
        assert.ok(before.worst >= 24, `without: ${before.worst} off, nothing to mend`);
      }
    });
  }

  it('are the same on the canvas', () => {
    for (const [width, height] of [
      [322, 194],
      [128, 64],
    ] as const) {
      const { matte, camera, behind } = scene(width, height, 8);
      const output = new Frame(width, height);
      const [canvas, drawn] = [new Canvas(width, height), new RoomCanvas(width, height)];
      for (const wrap of [0, 0.7]) {
        matte.compose(camera, behind, output, wrap);
        drawn.draw(output);
        canvas.compose(matte, camera, behind, wrap);
        const [a, b] = [Buffer.alloc(width * height * 2), Buffer.alloc(width * height * 2)];
        canvas.store(a);
        drawn.store(b);
        assert.deepEqual(a, b);
      }
    }
  });

  it('leave alone what is all person or all background', () => {
    const [width, height] = [322, 194];
    const { alpha, matte, behind } = scene(width, height, 8);
    // Noise, so that no mean stands for a pixel.
    let state = 7;
    const noise = Buffer.from(
      Array.from({ length: (width * height * 3) / 2 }, () => {
        state = (state * 1664525 + 1013904223) % 4294967296;
        return 16 + ((state >>> 24) % 200);
      }),
    );
    const output = new Frame(width, height);
    matte.compose(frameOf(width, height, noise), behind, output, 0.5);
    matte.compose(frameOf(width, height, noise), behind, output);
    const result = i420(output);
    for (let i = 0; i < width * height; i++) {
      if (alpha[i] === 255) assert.equal(result[i], noise[i], `person at ${i}`);
      if (alpha[i] === 0) assert.equal(result[i], NEW[0], `background at ${i}`);
    }
  });

  it('do not know what lies beyond the right side', () => {
    for (const width of [322, 326, 340]) {
      const height = 64;
      const alpha = Buffer.alloc(width * height);
      for (let i = 0; i < alpha.length; i++)
        alpha[i] = Math.round(255 * Math.max(0, Math.min(1, (width - 7 - (i % width)) / 6)));
      const matte = new Matte(width, height, 1, 1);
      matte.loadAlpha(alpha);
      const behind = new Backdrop(width, height);
      behind.fill(...NEW);
      const output = new Frame(width, height);
      matte.compose(frameOf(width, height, mixed(width, height, alpha, PERSON, ROOM)), behind, output);
      const ideal = mixed(width, height, alpha, PERSON, NEW);
      assert.ok(
        difference(i420(output), ideal).worst <= 8,
        `${width}: ${difference(i420(output), ideal).worst}`,
      );
    }
  });

  it('forget where the person was', () => {
    const [width, height] = [192, 96];
    // The edge is as near to the tile on its right (128) as it can be while that is all person.
    const alpha = Buffer.alloc(width * height);
    for (let i = 0; i < alpha.length; i++)
      alpha[i] = Math.round(255 * Math.max(0, Math.min(1, ((i % width) - 109) / 8)));
    const camera = frameOf(width, height, mixed(width, height, alpha, PERSON, ROOM));
    const behind = new Backdrop(width, height);
    behind.fill(...NEW);
    const shown = (matte: Matte) => {
      matte.loadAlpha(alpha);
      const output = new Frame(width, height);
      matte.compose(camera, behind, output);
      return i420(output);
    };
    // Somebody else was all over the frame before, of another colour.
    const matte = new Matte(width, height, 1, 1);
    matte.loadAlpha(Buffer.alloc(width * height, 200));
    const red = new Frame(width, height);
    red.fill(235, 16, 240);
    matte.compose(red, behind, new Frame(width, height), 1);
    assert.deepEqual(shown(matte), shown(new Matte(width, height, 1, 1)));
  });

  it('takes light of a bright background on the rim, none of a dark one, and nothing beyond the rim', () => {
    const [width, height] = [320, 192];
    const { alpha, matte, camera } = scene(width, height, 6);
    const output = new Frame(width, height);
    const behind = new Backdrop(width, height);
    const change = (y: number) => {
      behind.fill(y, 90, 128);
      matte.compose(camera, behind, output, 0);
      const without = i420(output);
      matte.compose(camera, behind, output, 1);
      return { with: i420(output), without };
    };
    const bright = change(235);
    const row = (height / 2) * width;
    // Three pixels inside the left edge.
    const rim = row + Math.round(width * 0.3) + 4;
    assert.ok(
      (bright.with[rim] ?? 0) - (bright.without[rim] ?? 0) > 8,
      `${bright.without[rim]} became ${bright.with[rim]}`,
    );
    for (let i = 0; i < width * height; i++) {
      assert.ok((bright.with[i] ?? 0) >= (bright.without[i] ?? 0), 'light only adds');
      if (alpha[i] === 0) assert.equal(bright.with[i], bright.without[i]);
    }
    const middle = row + width / 2;
    assert.equal(bright.with[middle], bright.without[middle]);
    const dark = change(16);
    assert.ok(difference(dark.with, dark.without).worst <= 1);
  });

  it('refuses an alpha plane of another size', () => {
    const matte = new Matte(64, 64, 1, 1);
    assert.throws(() => matte.loadAlpha(new Uint8Array(64 * 63)), TypeError);
    assert.throws(() => matte.loadAlpha([] as unknown as Uint8Array), TypeError);
  });
});

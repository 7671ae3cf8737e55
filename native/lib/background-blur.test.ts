import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Frame, Matte } from './index.js';

const WIDTH = 640;
const HEIGHT = 360;
const STRENGTHS = [0, 10, 25, 40, 70, 100];

/** A frame whose pixels are given in RGB. */
function painted(
  colour: (x: number, y: number) => readonly [number, number, number],
  width = WIDTH,
  height = HEIGHT,
) {
  const rgb = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rgb.set(colour(x, y), (y * width + x) * 3);
  const frame = new Frame(width, height);
  frame.loadRgb(rgb);
  return frame;
}

function matteOf(alpha: Buffer, width = WIDTH, height = HEIGHT): Matte {
  const matte = new Matte(width, height, 1, 1);
  matte.loadAlpha(alpha);
  return matte;
}

const nobody = (width = WIDTH, height = HEIGHT) => matteOf(Buffer.alloc(width * height), width, height);

function planesOf(frame: Frame) {
  const { width, height } = frame;
  const bytes = Buffer.alloc((width * height * 3) / 2);
  frame.storeI420(bytes);
  const chroma = (width * height) / 4;
  return {
    y: bytes.subarray(0, width * height),
    u: bytes.subarray(width * height, width * height + chroma),
    v: bytes.subarray(width * height + chroma),
  };
}

function blurred(frame: Frame, strength: number, matte: Matte): Frame {
  const output = new Frame(frame.width, frame.height);
  matte.blur(frame, strength, output);
  return output;
}

/** How much of the pixel (x, y) the person covers: a body with an arm held away from it, the edge `soft` wide. */
function cover(x: number, y: number, soft: number): number {
  const rectangle = (left: number, right: number, top: number) =>
    Math.min(1, Math.max(0, Math.min(x - left, right - x, y - top) / soft + 0.5));
  return Math.max(rectangle(260, 400, 90), rectangle(200, 236, 130));
}

describe('blur of the background', () => {
  for (const strength of STRENGTHS) {
    it(`of a room before a red shirt stays grey, strength ${strength}`, () => {
      for (const [soft, inward] of [
        [6, 0],
        [14, 0],
        // A matte that does not reach the shirt's edge by three pixels.
        [6, 3],
      ] as const) {
        const camera = painted((x, y) => {
          const a = cover(x, y, soft);
          const room = (x >> 4) % 2 ? 90 : 170;
          return [
            Math.round(a * 230 + (1 - a) * room),
            Math.round((1 - a) * room),
            Math.round((1 - a) * room),
          ];
        });
        const alpha = Buffer.alloc(WIDTH * HEIGHT);
        for (let y = 0; y < HEIGHT; y++)
          for (let x = 0; x < WIDTH; x++) {
            const least = Math.min(
              ...[-inward, inward].flatMap((d) => [cover(x + d, y, soft), cover(x, y + d, soft)]),
            );
            alpha[y * WIDTH + x] = Math.round(255 * least);
          }
        const { u, v } = planesOf(blurred(camera, strength, matteOf(alpha)));
        let worst = 0;
        for (let i = 0; i < u.length; i++) {
          const at = 2 * Math.floor(i / (WIDTH / 2)) * WIDTH + 2 * (i % (WIDTH / 2));
          // Where the person hides it, nobody sees what is there.
          if ((alpha[at] ?? 0) >= 250) continue;
          worst = Math.max(worst, Math.abs((u[i] ?? 0) - 128), Math.abs((v[i] ?? 0) - 128));
        }
        assert.ok(worst <= 4, `edge of ${soft}, ${inward} short: chroma ${worst} away from grey`);
      }
    });
  }

  it('leaves a plain wall as it is, to its borders and behind somebody', () => {
    for (const [width, height] of [
      [640, 360],
      [322, 182],
      [66, 50],
      [18, 34],
      [2, 2],
      [64, 48],
      [16, 16],
    ] as const) {
      const wall = new Frame(width, height);
      wall.fill(143, 101, 166);
      const half = Buffer.alloc(width * height);
      for (let y = 0; y < height; y++) half.fill(255, y * width, y * width + width / 2);
      for (const matte of [nobody(width, height), matteOf(half, width, height)]) {
        for (const strength of STRENGTHS) {
          const { y, u, v } = planesOf(blurred(wall, strength, matte));
          assert.deepEqual(new Set(y), new Set([143]), `${width}x${height}, strength ${strength}`);
          assert.deepEqual([new Set(u), new Set(v)], [new Set([101]), new Set([166])]);
        }
      }
    }
  });

  it('makes a lamp a disc that stays bright, not a smear', () => {
    const lamp = painted((x, y) => (Math.hypot(x - 320, y - 180) < 8 ? [255, 255, 255] : [40, 40, 40]));
    const { y } = planesOf(blurred(lamp, 100, nobody()));
    const at = (dx: number, dy: number) => y[(180 + dy) * WIDTH + 320 + dx] ?? 0;
    const [dark, bright] = [at(-200, 0), at(0, 0)];
    // Its light is spread over an area a hundred times as large: a mean would be one level above the dark.
    assert.ok(bright - dark > 20, `${bright} in the middle, ${dark} around`);
    // Flat inside, nothing outside, and the same in all directions.
    const radius = [1, 0, -1].map((direction) => {
      let r = 0;
      while (r < 200 && at(direction * r, direction === 0 ? r : 0) > (dark + bright) / 2) r++;
      return r;
    });
    assert.ok(Math.max(...radius) - Math.min(...radius) <= 4, `radii ${radius}`);
    const [r = 0] = radius;
    assert.ok(at(Math.round(0.7 * r), 0) > dark + 0.85 * (bright - dark), 'flat inside');
    assert.ok(at(Math.round(1.5 * r), 0) < dark + 0.1 * (bright - dark), 'nothing outside');
    const diagonal = Math.round((0.85 * r) / Math.SQRT2);
    assert.ok(at(diagonal, diagonal) > dark + 0.6 * (bright - dark), 'round, not square');
  });

  it('grows with its strength', () => {
    const stripes = painted((x) => ((x >> 4) % 2 ? [60, 60, 60] : [190, 190, 190]));
    let last = Number.POSITIVE_INFINITY;
    for (const strength of [0, 15, 30, 50]) {
      const row = planesOf(blurred(stripes, strength, nobody())).y.subarray(
        180 * WIDTH + 160,
        180 * WIDTH + 480,
      );
      const range = Math.max(...row) - Math.min(...row);
      assert.ok(range < last, `${range} at ${strength}, ${last} before`);
      last = range;
    }
  });

  it('does not flicker when noise does', () => {
    let state = 3;
    const noise = () => {
      state = (state * 1664525 + 1013904223) % 4294967296;
      return ((state >>> 24) % 25) - 12;
    };
    for (const strength of [10, 100]) {
      const [first, second] = [0, 1].map(() =>
        planesOf(
          blurred(
            painted((x, y) => {
              const value = 100 + (x >> 2) * 0.5 + ((y >> 5) % 2) * 40 + noise();
              return [value, value, value];
            }),
            strength,
            nobody(),
          ),
        ),
      );
      let sum = 0;
      for (let i = 0; i < WIDTH * HEIGHT; i++) sum += Math.abs((first?.y[i] ?? 0) - (second?.y[i] ?? 0));
      assert.ok(sum / (WIDTH * HEIGHT) < 0.8, `${sum / (WIDTH * HEIGHT)} levels from frame to frame`);
    }
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Encoding, encodingOf, toPipeline } from './colour.js';
import { Frame } from './frame.js';

type Rgb = readonly [number, number, number];

const COLOURS: Readonly<Record<string, Rgb>> = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  white: [255, 255, 255],
  black: [0, 0, 0],
  'light skin': [241, 194, 165],
  'dark skin': [94, 60, 42],
};

/** Y'CbCr of a colour, straight from the definitions in BT.601 and BT.709. */
function encode([r, g, b]: Rgb, { matrix, full }: Encoding): [number, number, number] {
  const [kr, kb] = matrix === 709 ? [0.2126, 0.0722] : [0.299, 0.114];
  const y = (kr * r + (1 - kr - kb) * g + kb * b) / 255;
  const cb = (b / 255 - y) / (2 * (1 - kb));
  const cr = (r / 255 - y) / (2 * (1 - kr));
  const levels = full
    ? [255 * y, 128 + 255 * cb, 128 + 255 * cr]
    : [16 + 219 * y, 128 + 224 * cb, 128 + 224 * cr];
  const [ey = 0, ecb = 0, ecr = 0] = levels.map((level) => Math.min(255, Math.round(level)));
  return [ey, ecb, ecr];
}

/** Decodes BT.601 limited range by the definition. */
function decode(y: number, cb: number, cr: number): Rgb {
  const luma = (y - 16) / 219;
  const r = luma + (2 * (1 - 0.299) * (cr - 128)) / 224;
  const b = luma + (2 * (1 - 0.114) * (cb - 128)) / 224;
  const g = (luma - 0.299 * r - 0.114 * b) / 0.587;
  const level = (value: number) => Math.max(0, Math.min(255, Math.round(255 * value)));
  return [level(r), level(g), level(b)];
}

/** The one colour of a frame, checked to be one colour. */
function levelsOf(frame: Frame): [number, number, number] {
  const bytes = new Uint8Array((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  const luma = frame.width * frame.height;
  const [y = 0, cb = 0, cr = 0] = [bytes[0], bytes[luma], bytes[luma + luma / 4]];
  assert.deepEqual(new Set(bytes.subarray(0, luma)), new Set([y]));
  assert.deepEqual(new Set(bytes.subarray(luma, luma + luma / 4)), new Set([cb]));
  assert.deepEqual(new Set(bytes.subarray(luma + luma / 4)), new Set([cr]));
  return [y, cb, cr];
}

for (const matrix of [601, 709] as const) {
  for (const full of [false, true]) {
    test(`known colours survive from BT.${matrix} ${full ? 'full' : 'limited'} range`, () => {
      for (const [name, rgb] of Object.entries(COLOURS)) {
        // Width 70: the last part of a row is not a whole vector.
        const frame = new Frame(70, 6);
        frame.fill(...encode(rgb, { matrix, full }));
        toPipeline(frame, { matrix, full });
        const result = decode(...levelsOf(frame));
        for (const i of [0, 1, 2] as const) {
          assert.ok(Math.abs(result[i] - rgb[i]) <= 3, `${name}: ${rgb} became ${result}`);
        }
      }
    });
  }
}

test('RGB is what BT.601 says, to the level', () => {
  const rgb = new Uint8Array(70 * 6 * 3);
  const frame = new Frame(70, 6);
  for (const [y, cb, cr] of [
    ...Object.values(COLOURS).map((colour) => encode(colour, { matrix: 601, full: false })),
    [16, 240, 16],
    [235, 16, 240],
    [0, 0, 255],
    [255, 255, 0],
  ] as const) {
    frame.fill(y, cb, cr);
    frame.storeRgb(rgb);
    const wanted = decode(y, cb, cr);
    for (let at = 0; at < rgb.length; at++) {
      const [got = -1, want = -1] = [rgb[at], wanted[at % 3]];
      assert.ok(Math.abs(got - want) <= 1, `${[y, cb, cr]} became ${rgb.subarray(0, 3)}, not ${wanted}`);
    }
  }
});

test('limited BT.601 is left alone to the last bit', () => {
  const frame = new Frame(64, 64);
  const bytes = Uint8Array.from({ length: (64 * 64 * 3) / 2 }, (_, i) => (i * 7) % 256);
  frame.loadI420(bytes);
  toPipeline(frame, { matrix: 601, full: false });
  const after = new Uint8Array(bytes.length);
  frame.storeI420(after);
  assert.deepEqual(after, bytes);
});

test('full range is compressed within half a level', () => {
  const frame = new Frame(256, 2);
  const bytes = new Uint8Array((256 * 2 * 3) / 2);
  for (let i = 0; i < 256; i++) bytes[i] = bytes[256 + i] = i;
  bytes.fill(0, 512, 576).fill(255, 576, 640).fill(255, 640);
  bytes.fill(128, 512 + 128);
  frame.loadI420(bytes);
  toPipeline(frame, { matrix: 601, full: true });
  frame.storeI420(bytes);
  for (let i = 0; i < 256; i++) {
    assert.ok(Math.abs((bytes[i] ?? 0) - (16 + (i * 219) / 255)) <= 0.65, `${i} became ${bytes[i]}`);
  }
  assert.equal(bytes[0], 16);
  assert.equal(bytes[255], 235);
  assert.equal(bytes[512], 16);
  assert.equal(bytes[512 + 64], 240);
  assert.equal(bytes[512 + 128], 128);
});

/** Numbers of videodev2.h: colour space, encoding, quantisation. */
const RULES: [string, number, number, number, Encoding][] = [
  ['YUYV', 0, 0, 0, { matrix: 601, full: false }], // all default: sRGB, so 601 limited
  ['YUYV', 8, 0, 0, { matrix: 601, full: false }], // sRGB
  ['YUYV', 1, 0, 0, { matrix: 601, full: false }], // SMPTE 170M
  ['YUYV', 3, 0, 0, { matrix: 709, full: false }], // Rec. 709
  ['YUYV', 3, 1, 0, { matrix: 601, full: false }], // Rec. 709 primaries, 601 matrix
  ['YUYV', 8, 2, 0, { matrix: 709, full: false }], // explicit 709 matrix
  ['YUYV', 8, 0, 1, { matrix: 601, full: true }], // explicit full range
  ['YUYV', 7, 0, 0, { matrix: 601, full: true }], // colour space JPEG means full range
  ['NV12', 3, 0, 1, { matrix: 709, full: true }],
  ['YUYV', 8, 4, 1, { matrix: 709, full: false }], // xvYCC has no full range
  ['MJPG', 0, 0, 0, { matrix: 601, full: true }],
  ['MJPG', 8, 0, 0, { matrix: 601, full: true }], // what USB cameras report
  ['MJPG', 7, 0, 0, { matrix: 601, full: true }],
  ['MJPG', 3, 0, 0, { matrix: 601, full: true }], // JFIF has one matrix
  ['MJPG', 8, 0, 2, { matrix: 601, full: false }], // told to be limited
];

for (const [fourcc, space, encoding, quantisation, expected] of RULES) {
  test(`V4L2 ${fourcc} colour space ${space}, encoding ${encoding}, quantisation ${quantisation}`, () =>
    assert.deepEqual(encodingOf(fourcc, space, encoding, quantisation), expected));
}

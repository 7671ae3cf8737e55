import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Canvas, RoomCanvas } from './canvas.js';
import { Frame } from './frame.js';
import { encodeJpeg } from './jpeg.js';
import { decodeMjpg } from './mjpg.js';

const WIDTH = 64;
const HEIGHT = 32;

/** Left half one colour, right half another, both BT.601 limited range. */
function twoColours(): RoomCanvas {
  const bytes = new Uint8Array(WIDTH * HEIGHT * 1.5);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) bytes[y * WIDTH + x] = x < WIDTH / 2 ? 81 : 235;
  const size = (WIDTH * HEIGHT) / 4;
  for (let y = 0; y < HEIGHT / 2; y++) {
    for (let x = 0; x < WIDTH / 2; x++) {
      const at = WIDTH * HEIGHT + y * (WIDTH / 2) + x;
      bytes[at] = x < WIDTH / 4 ? 90 : 128;
      bytes[at + size] = x < WIDTH / 4 ? 240 : 128;
    }
  }
  const frame = new Frame(WIDTH, HEIGHT);
  frame.loadI420(bytes);
  const canvas = new RoomCanvas(WIDTH, HEIGHT);
  canvas.draw(frame);
  return canvas;
}

/** JPEG is full range by JFIF; decodeMjpg brings it back to the pipeline's. */
function colours(jpeg: Buffer, width: number, height: number): { left: number[]; right: number[] } {
  const frame = new Frame(width, height);
  assert.equal(decodeMjpg(jpeg, frame, 'full'), true);
  const rgb = new Uint8Array(width * height * 3);
  frame.storeRgb(rgb);
  const at = (x: number): number[] => {
    const offset = (Math.floor(height / 2) * width + x) * 3;
    return [...rgb.subarray(offset, offset + 3)];
  };
  return { left: at(Math.floor(width / 4)), right: at(Math.floor((width * 3) / 4)) };
}

function near(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs((actual[i] ?? -1) - value) <= 6, `${actual} is not ${expected}`);
}

test('a canvas becomes a JPEG of the same colours, at its own size and smaller', () => {
  const canvas = twoColours();
  for (const [width, height] of [
    [WIDTH, HEIGHT],
    [WIDTH / 2, HEIGHT / 2],
  ] as const) {
    const jpeg = encodeJpeg(canvas, width, height, 95);
    assert.deepEqual([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    const { left, right } = colours(jpeg, width, height);
    // Y 81, Cb 90, Cr 240 is pure red, Y 235 is white (BT.601 limited range).
    near(left, [255, 0, 0]);
    near(right, [255, 255, 255]);
  }
});

test('less quality is fewer bytes', () => {
  const noise = new Uint8Array(WIDTH * HEIGHT * 2).map((_, i) => 40 + ((i * 7919) % 160));
  const frame = new Frame(WIDTH, HEIGHT);
  frame.loadYuyv(noise);
  const canvas = new RoomCanvas(WIDTH, HEIGHT);
  canvas.draw(frame);
  const size = (quality: number): number => encodeJpeg(canvas, WIDTH, HEIGHT, quality).length;
  assert.ok(size(20) < size(60) && size(60) < size(95), `${size(20)} ${size(60)} ${size(95)}`);
});

test('sizes and qualities that cannot be', () => {
  const canvas = twoColours();
  const refused: [number, number, number][] = [
    [0, 32, 80],
    [63, 32, 80],
    [64, 31, 80],
    [128, 32, 80],
    [64, 34, 80],
    [64, 32, 0],
    [64, 32, 101],
    [Number.NaN, 32, 80],
  ];
  for (const args of refused) assert.throws(() => encodeJpeg(canvas, ...args), TypeError, args.join());
  assert.throws(() => encodeJpeg({} as Canvas, 64, 32, 80), TypeError);
});

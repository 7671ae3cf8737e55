/**
 * What a JPEG may cost: it is decoded in the engine's loop, from a camera or a clip. The cost is counted in rounds of libjpeg, about
 * one for each row of MCUs. BACKSCRUB_IMAGE_FUZZ_COUNT says how many files are made by chance.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from './frame.js';
import { decodeMjpg, mjpgRounds } from './mjpg.js';
import { type JpegShape, jpegOf, scanOf, segment } from './testing/jpeg.js';

const SEED = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 20_261_128);
const COUNT = Number(process.env['BACKSCRUB_IMAGE_FUZZ_COUNT'] ?? 400);

const [WIDTH, HEIGHT] = [64, 48];
const SHAPE: JpegShape = {
  width: WIDTH,
  height: HEIGHT,
  across: 2,
  down: 1,
  block: (component, x, y) => 30 + ((component * 71 + x * 37 + y * 53) % 190),
};
/** In 4:2:2 a row of MCUs has 8 lines: six in each scan, six for the output, and the markers. */
const ROWS = HEIGHT / 8;
const MOST = 3 * (ROWS + 1) + ROWS + 4;
const END = [0xff, 0xd9];

/** The file up to its scans. */
const HEAD = jpegOf({ ...SHAPE, scans: [] }).subarray(0, -END.length);
const EMPTY_SCAN = segment(0xda, 1, 1, 0, 0, 63, 0);

function bytesOf(frame: Frame): Uint8Array {
  const bytes = new Uint8Array((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

function refused(bytes: Uint8Array, rounds: number): void {
  const frame = new Frame(WIDTH, HEIGHT);
  frame.fill(99, 77, 55);
  const before = bytesOf(frame);
  assert.equal(decodeMjpg(bytes, frame), false);
  assert.ok(mjpgRounds() <= rounds, `${mjpgRounds()} rounds`);
  assert.deepEqual(bytesOf(frame), before, 'the frame was touched');
}

function repeat(unit: readonly number[], bytes: number): Buffer {
  return Buffer.alloc(unit.length * Math.floor(bytes / unit.length), Buffer.from(unit));
}

test('a file of one scan costs its rows', () => {
  assert.equal(decodeMjpg(jpegOf(SHAPE), new Frame(WIDTH, HEIGHT)), true);
  assert.ok(mjpgRounds() >= ROWS && mjpgRounds() <= ROWS + 1, `${mjpgRounds()} rounds`);
});

test('each component in a scan of its own: the same picture', () => {
  const whole = new Frame(WIDTH, HEIGHT);
  const parts = new Frame(WIDTH, HEIGHT);
  assert.equal(decodeMjpg(jpegOf(SHAPE), whole), true);
  for (const scans of [
    [[0], [1], [2]],
    [[2], [0], [1]],
    [[0], [1, 2]],
  ]) {
    assert.equal(decodeMjpg(jpegOf({ ...SHAPE, scans }), parts), true, JSON.stringify(scans));
    assert.ok(mjpgRounds() <= MOST, `${mjpgRounds()} rounds`);
    assert.deepEqual(bytesOf(parts), bytesOf(whole));
  }
});

test('empty scans end at the first', () => {
  for (const size of [220_000, 2_200_000]) refused(Buffer.concat([HEAD, repeat(EMPTY_SCAN, size)]), 4);
});

test('whole scans of the same component end at the second', () => {
  const scan = scanOf(SHAPE, [0]);
  for (const count of [2, 3, 4, 1000]) {
    refused(
      Buffer.concat([HEAD, ...new Array(count).fill(Buffer.from(scan)), Buffer.from(END)]),
      3 * (ROWS + 1) + 1,
    );
  }
});

test('a component in two scans, and one in none', () => {
  for (const scans of [
    [[0], [0], [1]],
    [[0]],
    [[0], [1]],
    [[1], [2]],
    [
      [0, 1],
      [1, 2],
    ],
    [[0], [1], [2], [0]],
    [],
  ]) {
    refused(jpegOf({ ...SHAPE, scans }), MOST);
  }
});

test('a scan more after a whole one', () => {
  const more = Buffer.concat([
    jpegOf(SHAPE).subarray(0, -END.length),
    Buffer.from(scanOf(SHAPE, [0])),
    Buffer.from(END),
  ]);
  refused(more, MOST);
});

test('damage ends a picture at once', () => {
  // The first scan is cut short; the others are whole.
  const first = scanOf(SHAPE, [0]);
  const rest = [1, 2].flatMap((c) => scanOf(SHAPE, [c]));
  refused(Buffer.concat([HEAD, Buffer.from([...first.slice(0, 20), ...rest, ...END])]), 3);
});

test('markers in masses are read up to a bound', () => {
  const quantisation = segment(0xdb, 0, ...new Array(64).fill(8));
  const whole = jpegOf(SHAPE).subarray(2);
  for (const unit of [
    segment(0xe1),
    segment(0xe0),
    segment(0xfe),
    segment(0xc4, 3, ...new Array(16).fill(0)),
    segment(0xdd, 0, 0),
    quantisation,
    [0xff, 0xd0],
    [0xff],
  ]) {
    const flood = (bytes: number): Buffer => Buffer.concat([HEAD.subarray(0, 2), repeat(unit, bytes), whole]);
    const few = flood(20_000);
    assert.equal(decodeMjpg(few, new Frame(WIDTH, HEIGHT)), true, `20 kB of ${unit.slice(0, 4)}`);
    refused(flood(2_500_000), 0);
  }
});

test('a file that is larger than its picture uncompressed', () => {
  // Restart markers between scan and end: 1 MB, which libjpeg would pass over.
  const padding = repeat([0xff, 0xd0], 1_000_000);
  refused(Buffer.concat([jpegOf(SHAPE).subarray(0, -END.length), padding, Buffer.from(END)]), MOST);
});

test('sizes that are not the frame are refused unread', () => {
  for (const [width, height] of [
    [65_500, 65_500],
    [64, 65_500],
    [0, 48],
    [64, 0],
  ] as const) {
    const bytes = Uint8Array.from(HEAD);
    const size = HEAD.indexOf(0xc0) + 4;
    bytes.set([height >> 8, height & 255, width >> 8, width & 255], size);
    refused(Buffer.concat([bytes, repeat(EMPTY_SCAN, 10_000)]), 0);
  }
});

test('pictures of more samples than a frame has time for are refused unread', () => {
  const whole = segment(0xda, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0);
  const rounds = (width: number, height: number, across: number, scan: readonly number[]): number => {
    const head = jpegOf({ ...SHAPE, width, height, across, scans: [] }).subarray(0, -END.length);
    assert.equal(decodeMjpg(Buffer.concat([head, Buffer.from(scan)]), new Frame(width, height)), false);
    return mjpgRounds();
  };
  assert.ok(rounds(4096, 2304, 1, whole) > 0);
  assert.equal(rounds(4096, 2320, 1, whole), 0);
  assert.ok(rounds(4000, 3000, 2, whole) > 0, 'a camera of 12 megapixels');
  assert.equal(rounds(7680, 4320, 2, whole), 0);
  // Several scans take longer.
  assert.ok(rounds(2560, 1440, 1, EMPTY_SCAN) > 0);
  assert.equal(rounds(3840, 2160, 1, EMPTY_SCAN), 0);
});

test('kinds of coding that no camera sends are refused unread', () => {
  for (const marker of [0xc2, 0xc3, 0xc5, 0xc9, 0xca, 0xcb]) {
    const bytes = Uint8Array.from(jpegOf(SHAPE));
    bytes[bytes.indexOf(0xc0)] = marker;
    refused(bytes, 0);
  }
  const precise = Uint8Array.from(jpegOf(SHAPE));
  precise[precise.indexOf(0xc0) + 3] = 12;
  refused(precise, 0);
});

/** mulberry32: whole numbers below a limit. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

test(`${COUNT} files by chance: none costs more than a legal one`, (t) => {
  const random = generator(SEED);
  const pick = <T>(list: readonly T[], instead: T): T => list[random(list.length)] ?? instead;
  const parts: readonly (readonly number[])[] = [
    EMPTY_SCAN,
    segment(0xda, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0),
    scanOf(SHAPE, [0]),
    scanOf(SHAPE, [1]),
    scanOf(SHAPE, [2]),
    scanOf(SHAPE, [1, 2]),
    scanOf(SHAPE, [0, 1, 2]),
    segment(0xdb, 0, ...new Array(64).fill(8)),
    segment(0xdd, 0, 1),
    segment(0xdc, 0, 48),
    segment(0xfe, 1, 2, 3),
    [...HEAD.subarray(2)],
    [0xff, 0xd0],
    [0, 0, 0],
    END,
  ];
  let good = 0;
  for (let i = 0; i < COUNT; i++) {
    const bytes: number[] = [...HEAD];
    for (let count = 1 + random(60); count > 0; count--) bytes.push(...pick(parts, END));
    bytes.push(...END);
    for (let changes = random(4); changes > 0; changes--) bytes[random(bytes.length)] = random(256);
    if (decodeMjpg(Uint8Array.from(bytes), new Frame(WIDTH, HEIGHT))) good++;
    assert.ok(mjpgRounds() <= MOST, `file ${i} of seed ${SEED}: ${mjpgRounds()} rounds`);
  }
  t.diagnostic(`${good} decoded`);
});

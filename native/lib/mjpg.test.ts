import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from './frame.js';
import { decodeMjpg } from './mjpg.js';
import { jpegOf, segment } from './testing/jpeg.js';

function flat(y: number, cb: number, cr: number): (component: number) => number {
  return (component) => [y, cb, cr][component] ?? 0;
}

/** Noise that no two blocks share, so that lost data cannot go unseen. */
function noise(component: number, x: number, y: number): number {
  return 30 + ((component * 71 + x * 37 + y * 53) % 190);
}

function bytesOf(frame: Frame): Uint8Array {
  const bytes = new Uint8Array((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

const SAMPLINGS: [string, number, number][] = [
  ['4:2:0', 2, 2],
  ['4:2:2', 2, 1],
  ['4:4:0', 1, 2],
  ['4:4:4', 1, 1],
];

for (const [name, across, down] of SAMPLINGS) {
  test(`${name}: every block lands in its place`, () => {
    // 40 lines are no whole number of 16x16 units.
    const [width, height] = [48, 40];
    const frame = new Frame(width, height);
    assert.equal(decodeMjpg(jpegOf({ width, height, across, down, block: noise }), frame, 'limited'), true);
    const bytes = bytesOf(frame);
    const chroma = width * height;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        assert.equal(bytes[y * width + x], noise(0, x >> 3, y >> 3), `Y at ${x}, ${y}`);
      }
    }
    for (const c of [1, 2]) {
      for (let y = 0; y < height / 2; y++) {
        for (let x = 0; x < width / 2; x++) {
          const at = noise(c, across === 2 ? x >> 3 : x >> 2, down === 2 ? y >> 3 : y >> 2);
          assert.equal(
            bytes[chroma * (c === 1 ? 1 : 1.25) + (y * width) / 2 + x],
            at,
            `component ${c} at ${x}, ${y}`,
          );
        }
      }
    }
  });

  test(`${name}: full range becomes limited range`, () => {
    const frame = new Frame(64, 64);
    const levels: [number[], number[]][] = [
      [
        [76, 85, 255],
        [81, 90, 240],
      ], // red
      [
        [150, 44, 21],
        [145, 54, 34],
      ], // green
      [
        [29, 255, 107],
        [41, 240, 110],
      ], // blue
      [
        [255, 128, 128],
        [235, 128, 128],
      ],
      [
        [0, 128, 128],
        [16, 128, 128],
      ],
      [
        [203, 107, 155],
        [190, 110, 152],
      ], // skin
    ];
    for (const [[y = 0, cb = 0, cr = 0], expected] of levels) {
      const jpeg = jpegOf({ width: 64, height: 64, across, down, block: flat(y, cb, cr) });
      assert.equal(decodeMjpg(jpeg, frame), true);
      const bytes = bytesOf(frame);
      const found = [bytes[0], bytes[64 * 64], bytes[64 * 80]].map((value) => value ?? 0);
      found.forEach((value, i) => {
        assert.ok(Math.abs(value - (expected[i] ?? 0)) <= 1, `${[y, cb, cr]} became ${found}`);
      });
    }
  });
}

test('grey has no colour', () => {
  const frame = new Frame(32, 16);
  frame.fill(50, 60, 70);
  const jpeg = jpegOf({ width: 32, height: 16, across: 1, down: 1, grey: true, block: flat(200, 0, 0) });
  assert.equal(decodeMjpg(jpeg, frame, 'limited'), true);
  const bytes = bytesOf(frame);
  assert.deepEqual(new Set(bytes.subarray(0, 512)), new Set([200]));
  assert.deepEqual(new Set(bytes.subarray(512)), new Set([128]));
});

const WHOLE = jpegOf({ width: 64, height: 48, across: 2, down: 1, block: noise });

function refused(bytes: Uint8Array, why: string): void {
  const frame = new Frame(64, 48);
  frame.fill(99, 77, 55);
  const before = bytesOf(frame);
  assert.equal(decodeMjpg(bytes, frame), false, why);
  assert.deepEqual(bytesOf(frame), before, `${why}: the frame was touched`);
}

test('a frame cut off anywhere is refused and leaves the picture alone', () => {
  assert.equal(decodeMjpg(WHOLE, new Frame(64, 48)), true);
  for (let size = 0; size < WHOLE.length; size++)
    refused(WHOLE.subarray(0, size), `${size} of ${WHOLE.length} bytes`);
});

test('a frame cut off and closed with an end marker is refused', () => {
  // What a driver makes of a lost packet. The last bytes may be padding bits only.
  for (let size = 2; size < WHOLE.length - 8; size++) {
    refused(Uint8Array.from([...WHOLE.subarray(0, size), 0xff, 0xd9]), `${size} bytes and an end marker`);
  }
});

test('a frame with a hole in the middle is refused', () => {
  const start = WHOLE.length - 80; // well inside the picture's data
  refused(Uint8Array.from([...WHOLE.subarray(0, start), ...WHOLE.subarray(start + 30)]), 'hole');
});

test('bytes after the end do not matter', () => {
  const padded = new Uint8Array(WHOLE.length + 4000);
  padded.set(WHOLE);
  assert.equal(decodeMjpg(padded, new Frame(64, 48)), true);
});

test('a few stray bytes before the end marker do not matter', () => {
  const stray = Uint8Array.from([...WHOLE.subarray(0, -2), 0, 0, 0, 0xff, 0xd9]);
  assert.equal(decodeMjpg(stray, new Frame(64, 48)), true);
});

test('another size is refused', () => {
  refused(jpegOf({ width: 48, height: 64, across: 2, down: 1, block: noise }), 'size');
});

test('rubbish is refused', () => {
  refused(new Uint8Array(0), 'nothing');
  refused(new Uint8Array(5000), 'zeros');
  refused(Uint8Array.from([0xff, 0xd8, ...new Array(500).fill(0xff)]), 'only a start marker');
  refused(new TextEncoder().encode('GIF89a and so on'), 'another kind of file');
});

test('a progressive file is refused', () => {
  const progressive = Uint8Array.from(WHOLE);
  progressive[progressive.indexOf(0xc0)] = 0xc2;
  refused(progressive, 'progressive');
});

test('after a damaged frame a good one decodes', () => {
  const frame = new Frame(64, 48);
  assert.equal(decodeMjpg(WHOLE.subarray(0, -20), frame, 'limited'), false);
  assert.equal(decodeMjpg(WHOLE, frame, 'limited'), true);
  assert.equal(bytesOf(frame)[0], noise(0, 0, 0));
});

test('a picture that has lost its quantisation table is refused, also after a whole one', () => {
  const lost = Uint8Array.from(WHOLE);
  // The table's marker becomes a comment's.
  lost[lost.indexOf(0xdb)] = 0xfe;
  refused(lost, 'first');
  assert.equal(decodeMjpg(WHOLE, new Frame(64, 48)), true);
  refused(lost, 'after a whole one');
});

test('a picture without Huffman tables has the standard ones, also after one with others', () => {
  // A table of a single code.
  const table = segment(0xc4, 0, 1, ...new Array(15).fill(0), 0);
  refused(Uint8Array.from([...WHOLE.subarray(0, 2), ...table, ...WHOLE.subarray(2)]), 'other tables');
  const frame = new Frame(64, 48);
  assert.equal(decodeMjpg(WHOLE, frame, 'limited'), true);
  assert.equal(bytesOf(frame)[0], noise(0, 0, 0));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { chunk, header, PNG_SIGNATURE, pngOf, smallPng } from './testing/png.js';
import { checkThumbnail, NotAThumbnail } from './thumbnail.js';

const END = chunk('IEND');
const [WIDTH, HEIGHT] = [16, 9];
const ROWS = Buffer.alloc(HEIGHT * (1 + 3 * WIDTH));
const DATA = chunk('IDAT', deflateSync(ROWS));

async function refused(bytes: Buffer, words: RegExp): Promise<void> {
  await assert.rejects(checkThumbnail(bytes, WIDTH), (error: unknown) => {
    assert.ok(error instanceof NotAThumbnail, String(error));
    assert.match(error.message, words);
    return true;
  });
}

test('the makers of wrong files make good ones, too', async () => {
  for (const good of [
    smallPng(WIDTH, HEIGHT, 200),
    pngOf(header(WIDTH, HEIGHT), DATA, END),
    pngOf(header(WIDTH, HEIGHT), chunk('pHYs', Buffer.alloc(9)), DATA, END),
    pngOf(
      header(WIDTH, HEIGHT, [8, 6, 0, 0, 0]),
      chunk('IDAT', deflateSync(Buffer.alloc(HEIGHT * (1 + 4 * WIDTH)))),
      END,
    ),
    pngOf(
      header(WIDTH, HEIGHT, [8, 0, 0, 0, 0]),
      chunk('IDAT', deflateSync(Buffer.alloc(HEIGHT * (1 + WIDTH)))),
      END,
    ),
    // In parts, as large pictures are.
    pngOf(
      header(WIDTH, HEIGHT),
      chunk('IDAT', deflateSync(ROWS).subarray(0, 5)),
      chunk('IDAT', deflateSync(ROWS).subarray(5)),
      END,
    ),
  ]) {
    assert.equal(await checkThumbnail(good, WIDTH), good);
  }
});

test('a signature is not enough', async () => {
  await refused(Buffer.concat([PNG_SIGNATURE, Buffer.from('thumbnail')]), /damaged|ends in the middle/);
  await refused(PNG_SIGNATURE, /ends in the middle/);
  await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), /no PNG/);
});

test('a file cut off anywhere', async () => {
  const whole = smallPng(WIDTH, HEIGHT, 77);
  for (let size = 0; size < whole.length; size++) await refused(whole.subarray(0, size), /./);
});

test('a bit that was changed anywhere', async () => {
  const whole = smallPng(WIDTH, HEIGHT, 77);
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const damaged = Buffer.from(whole);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await refused(damaged, /./);
  }
});

test('bytes after the end', async () => {
  await refused(Buffer.concat([smallPng(WIDTH, HEIGHT), Buffer.from([0])]), /after its end/);
  await refused(pngOf(header(WIDTH, HEIGHT), DATA, END, END), /after its end/);
  const trailing = chunk('IDAT', Buffer.concat([deflateSync(ROWS), Buffer.from('more')]));
  await refused(pngOf(header(WIDTH, HEIGHT), trailing, END), /after its pixels/);
});

test('chunks that do not belong there, or not in this order', async () => {
  for (const type of [
    'iCCP',
    'zTXt',
    'iTXt',
    'tEXt',
    'eXIf',
    'acTL',
    'fcTL',
    'PLTE',
    'sBIT',
    'abcd',
    '\0\0\0\0',
  ]) {
    await refused(pngOf(header(WIDTH, HEIGHT), chunk(type, Buffer.alloc(8)), DATA, END), /has a chunk/);
    await refused(pngOf(header(WIDTH, HEIGHT), DATA, chunk(type, Buffer.alloc(8)), END), /has a chunk/);
  }
  await refused(pngOf(DATA, header(WIDTH, HEIGHT), END), /IDAT .* after nothing/);
  await refused(pngOf(header(WIDTH, HEIGHT), header(WIDTH, HEIGHT), DATA, END), /IHDR .* after IHDR/);
  await refused(pngOf(header(WIDTH, HEIGHT), END), /IEND .* after IHDR/);
});

test('sizes and kinds that were not asked for', async () => {
  for (const [width, height] of [
    [WIDTH + 1, HEIGHT],
    [WIDTH, WIDTH + 1],
    [0, 9],
    [0x7fffffff, 0x7fffffff],
    [0xffffffff, 1],
  ] as const) {
    await refused(pngOf(header(width, height), DATA, END), /pixels where 16 across/);
  }
  for (const kind of [
    [16, 2, 0, 0, 0],
    [8, 3, 0, 0, 0],
    [1, 0, 0, 0, 0],
    [8, 2, 1, 0, 0],
    [8, 2, 0, 1, 0],
    [8, 2, 0, 0, 1],
  ]) {
    await refused(pngOf(header(WIDTH, HEIGHT, kind), DATA, END), /another kind/);
  }
});

test('pixels that are more or fewer than the size says', async () => {
  const data = (bytes: number): Buffer => chunk('IDAT', deflateSync(Buffer.alloc(bytes)));
  await refused(pngOf(header(WIDTH, HEIGHT), data(ROWS.length - 1), END), /bytes of pixels/);
  await refused(pngOf(header(WIDTH, HEIGHT), data(ROWS.length + 1), END), /cannot be unpacked/);
  // 32 kB that unpack to 32 MB.
  await refused(pngOf(header(WIDTH, HEIGHT), data(32 << 20), END), /cannot be unpacked/);
  const filter = Buffer.from(ROWS);
  filter[1 + 3 * WIDTH] = 5;
  await refused(pngOf(header(WIDTH, HEIGHT), chunk('IDAT', deflateSync(filter)), END), /filter for row 1/);
});

test('a million empty chunks', async () => {
  const many = Buffer.concat(new Array(100_000).fill(chunk('IDAT')));
  await refused(pngOf(header(WIDTH, HEIGHT), DATA, many, END), /more than 4096 elements/);
  await refused(pngOf(header(WIDTH, HEIGHT), Buffer.alloc(5 << 20), END), /has \d+ bytes/);
});

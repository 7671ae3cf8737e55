import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Frame, FrameStream } from './index.js';

/** The rows of 30 wide planes have gaps between them, those of 128 wide ones have none. */
const SIZES = [
  [128, 64],
  [30, 6],
] as const;

function picture(width: number, height: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length: (width * height * 3) / 2 }, (_, i) => (i * 7 + seed * 31) % 256));
}

function bytesOf(frame: Frame): Buffer {
  const bytes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

/** A descriptor of our own for the stream's pipe, as a child would have. */
function writerOf(stream: FrameStream): number {
  const fd = openSync(`/proc/self/fd/${stream.writer}`, 'w');
  stream.closeWriter();
  assert.equal(stream.writer, -1);
  return fd;
}

describe('FrameStream', () => {
  for (const [width, height] of SIZES) {
    it(`reads pictures of ${width}x${height} one after the other, however they are cut`, () => {
      const stream = new FrameStream(width, height, 0);
      const writer = writerOf(stream);
      const frame = new Frame(width, height);
      for (let seed = 0; seed < 5; seed++) {
        const bytes = picture(width, height, seed);
        const half = 1 + ((seed * 97) % (bytes.length - 1));
        writeSync(writer, bytes.subarray(0, half));
        assert.equal(stream.take(frame), false);
        writeSync(writer, bytes.subarray(half));
        assert.equal(stream.take(frame, 5000), true);
        assert.deepEqual(bytesOf(frame), bytes);
      }
      assert.equal(stream.pictures, 5);
      writeSync(writer, picture(width, height, 9).subarray(1));
      closeSync(writer);
      assert.equal(stream.take(frame, 5000), false, 'half a picture is none');
      assert.equal(stream.ended, true);
      stream.close();
      stream.close();
      assert.equal(stream.take(frame), false);
    });
  }

  it('in a live stream a newer picture takes the place of one that nobody took', async () => {
    const stream = new FrameStream(30, 6, 1);
    const writer = writerOf(stream);
    const frame = new Frame(30, 6);
    for (let seed = 0; seed < 8; seed++) writeSync(writer, picture(30, 6, seed));
    for (let i = 0; i < 1000 && stream.pictures < 8; i++) await delay(2);
    assert.equal(stream.take(frame), true);
    assert.deepEqual(bytesOf(frame), picture(30, 6, 7));
    assert.equal(stream.take(frame), false, 'each is taken once');
    closeSync(writer);
    stream.close();
  });

  it('rests while nobody takes pictures, and goes on when somebody does', async () => {
    const stream = new FrameStream(30, 6, 1);
    const writer = writerOf(stream);
    const frame = new Frame(30, 6);
    writeSync(writer, picture(30, 6, 0));
    await delay(700);
    for (let seed = 1; seed < 6; seed++) writeSync(writer, picture(30, 6, seed));
    await delay(100);
    assert.ok(stream.pictures <= 1, `${stream.pictures} were read for nobody`);
    for (let i = 0; i < 1000 && stream.pictures < 6; i++) {
      stream.take(frame);
      await delay(2);
    }
    assert.equal(stream.pictures, 6);
    closeSync(writer);
    stream.close();
  });

  it('refuses what makes no sense', () => {
    assert.throws(() => new FrameStream(31, 6, 0), TypeError);
    assert.throws(() => new FrameStream(30, 6, -1), TypeError);
    const stream = new FrameStream(30, 6, 0);
    assert.throws(() => stream.take(new Frame(32, 6)), TypeError);
    stream.close();
  });
});

describe('Frame', () => {
  it('mixes two frames by a weight', () => {
    const [from, to, mixed] = [new Frame(64, 4), new Frame(64, 4), new Frame(64, 4)];
    from.fill(40, 100, 200);
    to.fill(200, 140, 100);
    for (const [weight, y] of [
      [0, 40],
      [0.25, 80],
      [0.5, 120],
      [1, 200],
      [7, 200],
    ] as const) {
      mixed.mixFrom(from, to, weight);
      assert.ok(Math.abs((bytesOf(mixed)[0] ?? 0) - y) <= 1, `${bytesOf(mixed)[0]} at ${weight}`);
    }
    assert.throws(() => mixed.mixFrom(from, new Frame(32, 4), 0.5), TypeError);
  });

  it('gets a grain of one level that is always the same', () => {
    const grain = (): Buffer => {
      const frame = new Frame(64, 64);
      frame.fill(100, 128, 128);
      frame.addGrain();
      return bytesOf(frame);
    };
    const luma = grain().subarray(0, 64 * 64);
    assert.deepEqual(new Set(luma), new Set([99, 100, 101]));
    const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length;
    assert.ok(Math.abs(mean - 100) < 0.05, `${mean}`);
    assert.deepEqual(grain(), grain());
  });

  it('covers another with a point of it in sight', () => {
    const wide = new Frame(256, 32);
    const bytes = Buffer.alloc((256 * 32 * 3) / 2, 128);
    for (let i = 0; i < 256 * 32; i++) bytes[i] = 16 + ((i % 256) * 200) / 256;
    wide.loadI420(bytes);
    const out = new Frame(64, 32);
    const middle = (x?: number): number => {
      out.coverFrom(wide, x, 0.5);
      return bytesOf(out)[64 * 5 + 32] ?? 0;
    };
    assert.ok(middle(0) < 50 && middle(1) > 180, `${middle(0)} ${middle(1)}`);
    assert.equal(middle(), middle(0.5));
  });

  it('gives its memory back and is of no use then', () => {
    const [gone, frame] = [new Frame(64, 64), new Frame(64, 64)];
    gone.release();
    gone.release();
    assert.equal(gone.width, 0);
    assert.throws(() => frame.copyFrom(gone), TypeError);
    assert.throws(() => frame.mixFrom(frame, gone, 0.5), TypeError);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OverBudget, StructureBudget } from '../../shared/structure-budget.js';
import { ffmpeg, noFfmpeg, scratch } from '../testing/files.js';
import { element, matroskaOf, voids } from '../testing/matroska.js';
import { type MatroskaVideo, readMatroska } from './matroska.js';

/** Of a file that is too large for memory, too: what it is asked for it makes. */
interface Counted {
  readonly video: MatroskaVideo | undefined;
  readonly reads: number;
  readonly bytes: number;
}

function count(file: Buffer, size = file.length): Counted {
  let reads = 0;
  let bytes = 0;
  const readAt = (into: Uint8Array, length: number, position: number): number => {
    reads++;
    bytes += length;
    return file.copy(
      into,
      0,
      position % file.length,
      Math.min(file.length, (position % file.length) + length),
    );
  };
  return { video: readMatroska(readAt, size, 'V_MJPEG'), reads, bytes };
}

function read(file: Buffer): MatroskaVideo | undefined {
  const readAt = (into: Uint8Array, length: number, position: number): number => {
    assert.ok(length >= 0 && length <= into.length, 'it reads no more than it has room for');
    return file.copy(into, 0, position, Math.min(file.length, position + length));
  };
  return readMatroska(readAt, file.length, 'V_MJPEG');
}

describe('readMatroska', { skip: noFfmpeg() }, () => {
  it('finds the pictures of an MJPEG file', async (t) => {
    const folder = await scratch(t);
    const path = join(folder, 'a.mkv');
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25:duration=2', '-c:v', 'mjpeg', path);
    const file = readFileSync(path);
    const video = read(file);
    assert.ok(video);
    assert.deepEqual([video.width, video.height, video.duration], [64, 48, 2000]);
    assert.equal(video.pictures.length, 50);
    for (const { position, length } of video.pictures) {
      assert.equal(file.readUInt16BE(position), 0xffd8);
      assert.equal(file.readUInt16BE(position + length - 2), 0xffd9);
    }
  });

  it('does not fail on damaged files', async (t) => {
    const folder = await scratch(t);
    const path = join(folder, 'a.mkv');
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25:duration=0.2', '-c:v', 'mjpeg', path);
    const file = readFileSync(path);
    let state = 1;
    const next = (below: number): number => {
      state = (state * 48271) % 0x7fffffff;
      return state % below;
    };
    for (let i = 0; i < 3000; i++) {
      const mutant = Buffer.from(file.subarray(0, i % 5 === 0 ? next(file.length) : file.length));
      for (let k = 0; k < 1 + (i % 8) && mutant.length > 0; k++) mutant[next(mutant.length)] = next(256);
      // Most of the mutations where it hurts.
      mutant[next(Math.min(600, mutant.length || 1))] = next(256);
      read(mutant);
    }
    assert.equal(read(Buffer.from('RIFF')), undefined);
    assert.equal(read(Buffer.alloc(0)), undefined);
  });
});

describe('what a file may cost', () => {
  const shape = {
    codec: 'V_MJPEG',
    width: 64,
    height: 48,
    pictures: [Buffer.from('first'), Buffer.from('second')],
  };

  it('a plain file is read', () => {
    const { video, reads } = count(matroskaOf({ ...shape, between: voids(1000) }));
    assert.deepEqual(
      video?.pictures.map(({ length }) => length),
      [5, 6],
    );
    assert.ok(reads < 1100);
  });

  it('a minute of thirty pictures a second fits', () => {
    const pictures = new Array(1816).fill(Buffer.from('picture'));
    assert.equal(count(matroskaOf({ ...shape, pictures })).video?.pictures.length, 1816);
  });

  it('many empty elements end it', () => {
    const file = matroskaOf({ ...shape, between: voids(1_000_000) });
    const { video, reads, bytes } = count(file);
    assert.equal(video, undefined);
    assert.ok(reads <= 8192, `${reads} reads`);
    assert.ok(bytes <= 256 * 1024, `${bytes} bytes`);
  });

  it('many pictures end it', () => {
    const pictures = new Array(20_000).fill(Buffer.from('picture'));
    const { video, reads } = count(matroskaOf({ ...shape, pictures }));
    assert.equal(video, undefined);
    assert.ok(reads <= 8192, `${reads} reads`);
  });

  it('elements without a length in each other end it', () => {
    // A segment that goes to the end of the file, with clusters of the same kind in each other.
    const open = Buffer.from('18538067ff', 'hex');
    const { video, reads } = count(Buffer.concat([element(0x1a45dfa3), ...new Array(5000).fill(open)]));
    assert.equal(video, undefined);
    assert.ok(reads < 20, `${reads} reads`);
  });

  it('a file of 1 TB costs no more', () => {
    // After 4096 bytes it begins again.
    const file = Buffer.alloc(4096, Buffer.from([0xec, 0x80]));
    Buffer.from('1a45dfa38018538067ff', 'hex').copy(file);
    const { video, reads } = count(file, 2 ** 40);
    assert.equal(video, undefined);
    assert.ok(reads <= 8192, `${reads} reads`);
  });

  it('a film of another codec is left at its first picture', () => {
    const pictures = new Array(5000).fill(Buffer.from('picture'));
    const { video, reads } = count(matroskaOf({ ...shape, codec: 'V_MPEG4/ISO/AVC', pictures }));
    assert.equal(video, undefined);
    assert.ok(reads < 20, `${reads} reads`);
  });

  it('a slow disk ends it', () => {
    let now = 0;
    const budget = new StructureBudget({ elements: 1e6, bytes: 1e9, milliseconds: 100 }, () => now);
    const file = matroskaOf({ ...shape, between: voids(10_000) });
    let reads = 0;
    const readAt = (into: Uint8Array, length: number, position: number): number => {
      reads++;
      now += 1;
      return file.copy(into, 0, position, position + length);
    };
    assert.equal(readMatroska(readAt, file.length, 'V_MJPEG', budget), undefined);
    assert.ok(reads < 200, `${reads} reads`);
  });

  it('the reason is named', () => {
    const budget = new StructureBudget({ elements: 2, bytes: 10, milliseconds: 1000 });
    budget.spend(1, 4);
    assert.throws(() => budget.spend(1, 7), new OverBudget('has more than 10 bytes of structure'));
    assert.throws(() => budget.spend(1, 0), new OverBudget('has more than 2 elements'));
    assert.throws(() => budget.spend(Number.NaN, Number.NaN), OverBudget);
  });
});

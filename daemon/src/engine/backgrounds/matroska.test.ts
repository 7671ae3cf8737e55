import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ffmpeg, noFfmpeg, scratch } from '../testing/files.js';
import { type MatroskaVideo, readMatroska } from './matroska.js';

function read(file: Buffer): MatroskaVideo | undefined {
  const readAt = (into: Uint8Array, length: number, position: number): number => {
    assert.ok(length >= 0 && length <= into.length, 'it reads no more than it has room for');
    return file.copy(into, 0, position, Math.min(file.length, position + length));
  };
  return readMatroska(readAt, file.length);
}

describe('readMatroska', { skip: noFfmpeg() }, () => {
  it('finds the pictures of an MJPEG file', async (t) => {
    const folder = await scratch(t);
    const path = join(folder, 'a.mkv');
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25:duration=2', '-c:v', 'mjpeg', path);
    const file = readFileSync(path);
    const video = read(file);
    assert.ok(video);
    assert.deepEqual([video.codec, video.width, video.height, video.duration], ['V_MJPEG', 64, 48, 2000]);
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

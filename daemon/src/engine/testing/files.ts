import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Frame } from '@backscrub/native';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import type { Source } from '../source.js';

/** A directory that is gone after the test. */
export async function scratch(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'backscrub-test-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function scratchFile(
  t: TestContext,
  name: string,
  contents: string | Uint8Array,
): Promise<string> {
  const path = join(await scratch(t), name);
  await writeFile(path, contents);
  return path;
}

/** Packed I420 bytes of a frame. */
export function i420Of(frame: Frame): Buffer {
  const bytes = Buffer.alloc((frame.width * frame.height * 3) / 2);
  frame.storeI420(bytes);
  return bytes;
}

export function rgbOfFrame(frame: Frame): Buffer {
  const bytes = Buffer.alloc(frame.width * frame.height * 3);
  frame.storeRgb(bytes);
  return bytes;
}

/** A frame whose samples differ from place to place and from frame to frame, within the limited range. */
export function patternFrame(width: number, height: number, seed: number): Frame {
  const bytes = Buffer.alloc((width * height * 3) / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 + ((i * 7 + seed * 13) % 220);
  const frame = new Frame(width, height);
  frame.loadI420(bytes);
  return frame;
}

/** Reads a source to its end and closes it. */
export async function drain(source: Source): Promise<Buffer[]> {
  const frames: Buffer[] = [];
  const frame = new Frame(source.width, source.height);
  try {
    while (await source.next(frame)) frames.push(i420Of(frame));
  } finally {
    await source.close();
  }
  return frames;
}

/** Checks that a promise is rejected with an error for people, of this code and with these words. */
export async function rejects(promise: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof BackscrubError, `not an error for people: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

/** Runs ffmpeg to make a clip. */
export function ffmpeg(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

/** Why tests with ffmpeg cannot run here; undefined when they can. */
export function noFfmpeg(): string | undefined {
  return spawnSync('ffmpeg', ['-version']).error ? 'ffmpeg is not installed' : undefined;
}

/**
 * Has a process of its own look into a file and decode it (engine/decode-main.ts), which has nothing but this file and one to write
 * to. What comes back is plain numbers of a size that is known.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackscrubError, fromErrorInfo, parseErrorInfo } from '../shared/errors.js';
import { askAboutFile, askHelper } from './ask-helper.js';
import type { FileStamp } from './named-file.js';

/** Shorter than the service's patience with its probe, so that the reason gets through. */
const LIMIT_MS = 18_000;
/** A picture of the largest size that is taken fits. */
const MAX_DATA = 1 << 30;
/** What an animation of MAX_LOOP_BYTES takes, and some. */
const MAX_OUTPUT = 96 << 20;
/** More than any animation that fits. */
const MAX_PAGES = 100_000;
const MAX_PAGE_MS = 1e9;

// By the package's name: this code may be part of the engine's bundle.
const DECODER = createRequire(import.meta.url).resolve('@backscrub/daemon/engine/decode-main.js');

export interface DecodeRequest {
  /** For errors. */
  readonly name: string;
  /** Of the frames that are made of it. */
  readonly size: { readonly width: number; readonly height: number };
  /** Where the picture is cut, 0 to 1. */
  readonly focus: { readonly x: number; readonly y: number };
  /** Path of the decoder's main file; another one in tests. */
  readonly decoder?: string;
}

/** What a file turned out to be. */
export interface DecodedFile {
  readonly kind: 'still' | 'animation' | 'video';
  /** How long each page is shown, 0 for a still. There are as many frames; a video has none. */
  readonly milliseconds: readonly number[];
  /** Reads a frame, packed I420, into memory of its very size. @returns false when it cannot be read */
  read(page: number, packed: Buffer): Promise<boolean>;
}

/**
 * @param handle the open file
 * @param take what is read is there until this resolves
 * @throws BackscrubError BadImage when it is damaged, too large or of another format
 */
export async function decodeFile<T>(
  request: DecodeRequest,
  handle: FileHandle,
  take: (decoded: DecodedFile) => Promise<T>,
): Promise<T> {
  return await withNameless(async (output) => {
    const confinement = { ...limits(), readFds: [3] };
    const options = { timeout: LIMIT_MS, files: [handle.fd, output.fd], confinement };
    const answer = await askHelper(request.decoder ?? DECODER, words(request), options);
    return await take(await check(request, answer, output));
  });
}

/**
 * As decodeFile, for a file that somebody named by its path: it is opened on the way to the decoder, so that nobody else waits for a
 * file system that does not answer.
 * @throws BackscrubError also as parseFound
 */
export async function decodeNamed<T>(
  request: DecodeRequest,
  path: string,
  take: (decoded: DecodedFile, file: FileStamp) => Promise<T>,
): Promise<T> {
  return await withNameless(async (output) => {
    const options = { timeout: LIMIT_MS, files: [output.fd], confinement: limits() };
    const { file, answer } = await askAboutFile(request.decoder ?? DECODER, words(request), path, options);
    return await take(await check(request, answer, output), file);
  });
}

function words({ name, size, focus }: DecodeRequest): string[] {
  return [size.width, size.height, focus.x, focus.y, name].map(String);
}

function limits() {
  return { writeFds: [4], data: MAX_DATA, fileSize: MAX_OUTPUT, cpuSeconds: LIMIT_MS / 1000 } as const;
}

/** A file for the decoder to write to. It has no name, so nothing of it stays. */
async function withNameless<T>(work: (output: FileHandle) => Promise<T>): Promise<T> {
  const [cache] = process.env['CACHE_DIRECTORY']?.split(':') ?? [];
  const folder = cache ? join(cache, 'backgrounds') : tmpdir();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `.decoded-${randomBytes(8).toString('hex')}`);
  const output = await open(path, 'wx+', 0o600);
  try {
    await rm(path, { force: true });
    return await work(output);
  } finally {
    await output.close();
  }
}

/** @throws BackscrubError also when the answer and what was written do not belong together */
async function check(
  { name, size: { width, height } }: DecodeRequest,
  answer: Readonly<Record<string, unknown>>,
  output: FileHandle,
): Promise<DecodedFile> {
  const one = (width * height * 3) / 2;
  const content = answer['ok'] === true ? parseContent(answer) : undefined;
  if (content && (await output.stat()).size === one * content.milliseconds.length) {
    const read = async (page: number, packed: Buffer): Promise<boolean> =>
      packed.length === one && (await output.read(packed, 0, one, page * one)).bytesRead === one;
    return { ...content, read };
  }
  const error = parseErrorInfo(answer['error']);
  if (error) throw fromErrorInfo(error);
  throw new BackscrubError(
    'BadImage',
    `${name} could not be decoded: it needs too much memory or time, or is damaged.`,
  );
}

function parseContent({
  kind,
  milliseconds,
}: Readonly<Record<string, unknown>>): Omit<DecodedFile, 'read'> | undefined {
  if (kind === 'video') return { kind, milliseconds: [] };
  if (kind === 'still') return { kind, milliseconds: [0] };
  const times = parseTimes(milliseconds);
  return kind === 'animation' && times ? { kind, milliseconds: times } : undefined;
}

function parseTimes(value: unknown): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_PAGES) return undefined;
  const usable = (time: unknown) => typeof time === 'number' && time >= 1 && time <= MAX_PAGE_MS;
  return value.every(usable) ? (value as readonly number[]) : undefined;
}

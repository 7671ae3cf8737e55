import { readSync } from 'node:fs';
import { type FileHandle, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Writable } from 'node:stream';
import { isInstalled, spawnConfined } from '../../children/confined.js';
import { BackscrubError } from '../../shared/errors.js';
import { createOwnFile } from '../../shared/own-file.js';
import type { ReadAt } from '../../shared/structure-budget.js';
import { INHERITED_URL, lastLine, OUTPUT_URL } from '../ffmpeg-process.js';
import { probeVideo, type VideoInfo } from '../video-probe.js';
import { pagesOf, readPages } from './animation.js';
import type { Focus, Size } from './background.js';
import { CAREFUL_INPUT, decoderConfinement } from './confine.js';
import { LOOP_CODEC, LoopBackground } from './loop.js';
import { readMatroska } from './matroska.js';
import { cover, MAX_RATE, pace, shownRate } from './moving-filters.js';
import { openRegular } from './regular-file.js';
import { SNIFF_BYTES, sniff } from './sniff.js';
import { readImage } from './still.js';
import { missingFfmpeg } from './video.js';

/** ffmpeg's scale for JPEG, 2 (best) to 31: no difference to be seen behind somebody, and half the bytes of 2. */
const QUALITY = 4;
const PROBE_MS = 5000;
const MAX_MESSAGE_BYTES = 4096;

/** What an import may take. */
export interface TranscodeLimits {
  /** Of the moving picture; longer ones are refused. */
  readonly maxSeconds: number;
  /** Of the result; larger ones are refused. */
  readonly maxBytes: number;
  /** Of the work. */
  readonly timeoutMs: number;
  /** The result covers this size and is not larger than it has to be. */
  readonly cover: Size;
}

export const DEFAULT_LIMITS: TranscodeLimits = {
  maxSeconds: 60,
  maxBytes: 96 * 1024 * 1024,
  timeoutMs: 60_000,
  cover: { width: 1280, height: 720 },
};

export interface MovingPicture {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
}

/**
 * Turns a video (MP4, WebM, MKV ...) or an animation (GIF, WebP, APNG) into the loop that is cheapest to play: Matroska with
 * JPEG pictures, 4:2:0, JFIF colour, at an even pace. The whole picture is kept, so that its focus can still be chosen.
 * @throws BackscrubError BadImage (damaged, no pictures, not moving, too long, ffmpeg not installed), LimitsExceeded (the result is
 *   too large), UnknownBackground (no such file). No output is left then.
 */
export async function transcodeMoving(
  inputPath: string,
  outputPath: string,
  limits: TranscodeLimits = DEFAULT_LIMITS,
): Promise<MovingPicture> {
  if (!isInstalled('ffmpeg') || !isInstalled('ffprobe')) throw missingFfmpeg(inputPath);
  const handle = await openRegular(inputPath);
  try {
    const head = Buffer.alloc(SNIFF_BYTES);
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0);
    const kind = sniff(head.subarray(0, bytesRead));
    if (kind === 'animation' && head.toString('latin1', 0, 4) === 'RIFF') {
      await transcodeWebp(inputPath, handle, outputPath, limits);
    } else if (kind === 'video' || kind === 'animation') {
      await transcodeVideo(inputPath, handle, outputPath, limits);
    } else {
      throw new BackscrubError(
        'BadImage',
        `${inputPath} is no moving picture: give a GIF, animated WebP, APNG, MP4, WebM or MKV file.`,
      );
    }
    return await check(inputPath, outputPath, limits);
  } catch (error) {
    await rm(outputPath, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** @returns how to scale so that `cover` is covered; never up, and even */
function fitting({ width, height }: Size, { cover: wanted, maxBytes: _ }: TranscodeLimits): Size {
  const scale = Math.min(1, Math.max(wanted.width / width, wanted.height / height));
  const even = (side: number): number => Math.max(2, Math.min(8192, 2 * Math.round((side * scale) / 2)));
  return { width: even(width), height: even(height) };
}

async function transcodeVideo(
  path: string,
  handle: FileHandle,
  outputPath: string,
  limits: TranscodeLimits,
): Promise<void> {
  const info = await probeVideo(path, { fd: handle.fd, timeoutMs: PROBE_MS, input: CAREFUL_INPUT });
  const { width, height } = fitting(info, limits);
  const scale = `scale=${width}:${height}:flags=bicubic:out_range=pc:out_color_matrix=bt601`;
  await encode(path, outputPath, limits, {
    input: [...CAREFUL_INPUT, '-threads', '2', '-i', INHERITED_URL, '-map', '0:v:0', '-an', '-sn', '-dn'],
    filters: [...pace(shownRate(info)), scale],
    // One picture more than is allowed shows that there are more.
    seconds: limits.maxSeconds + 1,
    fd: handle.fd,
  });
}

/** ffmpeg before 8 cannot read animated WebP: its pages are decoded here. */
async function transcodeWebp(
  path: string,
  handle: FileHandle,
  outputPath: string,
  limits: TranscodeLimits,
): Promise<void> {
  const bytes = await readImage(path, handle);
  const { count, delays, ...whole } = await readPages(path, bytes);
  if (count < 2) throw new BackscrubError('BadImage', `${path} is an image that does not move.`);
  const size = fitting(whole, limits);
  const rate = Math.min(MAX_RATE, Math.max(1, Math.round(1000 / Math.min(...delays))));
  const seconds = delays.reduce((sum, delay) => sum + delay, 0) / 1000;
  if (seconds > limits.maxSeconds) throw tooLong(path, limits);
  const pictures = async function* (): AsyncGenerator<Buffer> {
    let due = 0;
    let shown = 0;
    for await (const { page, rgb } of pagesOf(path, bytes, count, size)) {
      due += (delays[page] ?? 0) / 1000;
      // A page that stands for longer is repeated: the loop has one pace.
      for (; shown / rate < due - 1e-6; shown++) yield rgb;
    }
  };
  await encode(path, outputPath, limits, {
    input: ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${size.width}x${size.height}`].concat(
      ['-framerate', String(rate), '-i', 'pipe:0'],
    ),
    filters: ['scale=out_range=pc:out_color_matrix=bt601'],
    seconds: limits.maxSeconds + 1,
    pictures: pictures(),
  });
}

interface Encoding {
  readonly input: readonly string[];
  readonly filters: readonly string[];
  readonly seconds: number;
  /** The open file, see INHERITED_URL. */
  readonly fd?: number;
  /** Raw pictures for the standard input. */
  readonly pictures?: AsyncIterable<Buffer>;
  readonly signal?: AbortSignal;
}

/** Runs ffmpeg, out of the way of everything else. @throws BackscrubError BadImage */
async function encode(
  path: string,
  outputPath: string,
  limits: Pick<TranscodeLimits, 'maxBytes' | 'timeoutMs'>,
  work: Encoding,
): Promise<void> {
  const args = [
    ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-y'],
    ...work.input,
    ...['-vf', [...work.filters, 'format=yuvj420p'].join(','), '-t', String(work.seconds)],
    ...['-c:v', 'mjpeg', '-q:v', String(QUALITY), '-fs', String(limits.maxBytes + 1024 * 1024)],
    ...['-map_metadata', '-1', '-fflags', '+bitexact', '-f', 'matroska', OUTPUT_URL],
  ];
  const output = await createOwnFile(outputPath);
  const child = spawnConfined('ffmpeg', args, decoderConfinement(true), {
    stdio: [work.pictures ? 'pipe' : 'ignore', 'ignore', 'pipe', work.fd ?? 'ignore', output.fd],
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    timeout: limits.timeoutMs,
    killSignal: 'SIGKILL',
    ...(work.signal && { signal: work.signal }),
  });
  let complaint = '';
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString('latin1')).slice(-MAX_MESSAGE_BYTES);
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (child.pid !== undefined) {
    try {
      setPriority(child.pid, 19);
    } catch {
      // gone already
    }
  }
  let broken: unknown;
  try {
    if (work.pictures) await feed(child.stdin, work.pictures, ended);
  } catch (error) {
    broken = error;
    child.kill('SIGKILL');
  }
  const { code, signal } = await ended;
  await output.close();
  if (broken !== undefined) throw broken;
  if (code === 0) return;
  const reason =
    signal === null ? lastLine(complaint) : `it took more than ${Math.round(limits.timeoutMs / 1000)} s`;
  throw new BackscrubError('BadImage', `${path} cannot be converted: ${reason}.`);
}

async function feed(
  stdin: Writable | null,
  pictures: AsyncIterable<Buffer>,
  ended: Promise<unknown>,
): Promise<void> {
  if (!stdin) return;
  // How it ended is told by its status.
  stdin.on('error', () => {});
  for await (const picture of pictures) {
    if (!stdin.write(picture)) {
      const drained = new Promise((resolve) => stdin.once('drain', resolve));
      await Promise.race([drained, ended]);
    }
    if (!stdin.writable) break;
  }
  stdin.end();
}

/** Looks at the result as the engine will. */
async function check(path: string, outputPath: string, limits: TranscodeLimits): Promise<MovingPicture> {
  const handle = await openRegular(outputPath);
  const { size } = await handle.stat();
  const readAt: ReadAt = (into, length, at) => readSync(handle.fd, into, 0, length, at);
  const video = readMatroska(readAt, size, LOOP_CODEC);
  const { width = 0, height = 0, pictures = [], duration = 0 } = video ?? {};
  if (size > limits.maxBytes) {
    await handle.close();
    throw new BackscrubError(
      'LimitsExceeded',
      `${path} becomes larger than ${Math.round(limits.maxBytes / 1024 / 1024)} MiB: save a shorter or smaller copy.`,
    );
  }
  if (pictures.length === 0) {
    await handle.close();
    throw new BackscrubError('BadImage', `${path} has no pictures in it.`);
  }
  if (duration / 1000 > limits.maxSeconds + 0.5) {
    await handle.close();
    throw tooLong(path, limits);
  }
  const loop = await LoopBackground.open(outputPath, handle, { width, height }, { x: 0.5, y: 0.5 }).catch(
    async (error: unknown) => {
      await handle.close();
      throw error;
    },
  );
  await (loop ?? handle).close();
  if (!loop) throw new BackscrubError('BadImage', `${path} cannot be made into a loop.`);
  return { width, height, frames: pictures.length, duration: duration / 1000 };
}

function tooLong(path: string, { maxSeconds }: TranscodeLimits): BackscrubError {
  return new BackscrubError(
    'BadImage',
    `${path} is longer than ${maxSeconds} s: cut a part out of it (ffmpeg -t ${maxSeconds} -i ...).`,
  );
}

/**
 * A loop of exactly this size from an open video, for playing it again and again. Leaves nothing when it fails.
 * @throws BackscrubError BadImage
 */
export async function transcodeToSize(
  path: string,
  handle: FileHandle,
  outputPath: string,
  info: VideoInfo,
  size: Size,
  focus: Focus,
  limits: TranscodeLimits,
  signal: AbortSignal,
): Promise<MovingPicture> {
  try {
    await encode(path, outputPath, limits, {
      input: [...CAREFUL_INPUT, '-threads', '1', '-i', INHERITED_URL, '-map', '0:v:0', '-an', '-sn', '-dn'],
      filters: [
        ...pace(shownRate(info)),
        ...cover(info, size, focus, ':out_range=pc:out_color_matrix=bt601'),
      ],
      seconds: limits.maxSeconds + 1,
      fd: handle.fd,
      signal,
    });
    return await check(path, outputPath, limits);
  } catch (error) {
    await rm(outputPath, { force: true });
    throw error;
  }
}

import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Backdrop } from '@backscrub/native';
import { isInstalled } from '../../children/confined.js';
import { monotonicMs } from '../../shared/clock.js';
import { BackscrubError } from '../../shared/errors.js';
import { INHERITED_URL } from '../ffmpeg-process.js';
import { probeVideo, type VideoInfo } from '../video-probe.js';
import type { Background, Focus, Size } from './background.js';
import { CAREFUL_INPUT } from './confine.js';
import { Decoder } from './decoder.js';
import { cover, pace, shownRate } from './moving-filters.js';

const PROBE_MS = 5000;
const FIRST_PICTURE_MS = 8000;
/** So long after the last picture a decoder counts as hung. */
const STALL_MS = 3000;
/** When nobody has asked for so long, the decoder rests, and what it did not do is not held against it. */
const UNWATCHED_MS = 400;
const RETRIES_MS = [250, 1000, 4000];
/** A decoder that worked for so long has earned all its retries again. */
const GOOD_MS = 30_000;
/** What an offline run waits for a picture before it goes on with the last one. */
const OFFLINE_PATIENCE_MS = 5000;

export function hasFfmpeg(): boolean {
  return isInstalled('ffmpeg') && isInstalled('ffprobe');
}

export function missingFfmpeg(path: string): BackscrubError {
  return new BackscrubError(
    'BadImage',
    `${path} is a video, and ffmpeg, which decodes it, is not installed: install the package "ffmpeg" ` +
      '(apt install ffmpeg, dnf install ffmpeg-free, pacman -S ffmpeg), or use an image.',
  );
}

/** A video, decoded by a child in an endless loop. A child that dies is replaced; the last picture stays meanwhile. */
export class VideoBackground implements Background {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #info: VideoInfo;
  readonly #start: () => Decoder;
  readonly #offline: boolean;
  /** Milliseconds. */
  readonly #period: number;
  readonly #front: Backdrop;
  #decoder: Decoder;
  #warning: string | undefined;
  #began = Number.NaN;
  #shown = 0;
  #asked = Number.NEGATIVE_INFINITY;
  #lastPicture = Number.NEGATIVE_INFINITY;
  #startedAt: number;
  #failures = 0;
  #restarting: Promise<void> | undefined;
  #closed = new AbortController();

  private constructor(
    path: string,
    handle: FileHandle,
    info: VideoInfo,
    start: () => Decoder,
    decoder: Decoder,
    front: Backdrop,
    period: number,
    offline: boolean,
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#info = info;
    this.#start = start;
    this.#decoder = decoder;
    this.#front = front;
    this.#period = period;
    this.#offline = offline;
    this.#startedAt = monotonicMs();
  }

  /**
   * Looks at the file and decodes its first picture.
   * @param handle the open file; the background closes it, unless this fails
   * @param offline see LoadOptions
   * @throws BackscrubError BadImage when it has no pictures, or ffmpeg is not installed
   */
  static async open(
    path: string,
    handle: FileHandle,
    size: Size,
    focus: Focus,
    offline: boolean,
  ): Promise<VideoBackground> {
    if (!hasFfmpeg()) {
      throw missingFfmpeg(path);
    }
    const info = await probeVideo(path, { fd: handle.fd, timeoutMs: PROBE_MS, input: CAREFUL_INPUT });
    const rate = shownRate(info);
    const period = 1000 / rate;
    const args = [...inputOptions(), '-vf', filters(info, size, focus, rate), '-fps_mode', 'drop'];
    const start = (): Decoder => new Decoder(args, handle.fd, size, offline ? 0 : period);
    const decoder = start();
    const front = new Backdrop(size.width, size.height);
    try {
      await firstPicture(path, decoder, front);
    } catch (error) {
      await decoder.close();
      front.release();
      throw error;
    }
    return new VideoBackground(path, handle, info, start, decoder, front, period, offline);
  }

  get warning(): string | undefined {
    return this.#warning;
  }

  /** What it knows of its file. */
  get info(): VideoInfo {
    return this.#info;
  }

  /** Milliseconds that it has played. */
  get position(): number {
    return this.#decoder.pictures.pictures * this.#period;
  }

  /** Process id of the decoder at work; for tests. */
  get pid(): number | undefined {
    return this.#decoder.pid;
  }

  frame(nowMs: number): Backdrop {
    if (this.#offline) this.#catchUp(nowMs);
    else this.#look(monotonicMs());
    return this.#front;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#restarting;
    await this.#decoder.close();
    await this.#handle.close();
    this.#front.release();
  }

  /** Offline: goes on to the picture of this moment, however long that takes. */
  #catchUp(nowMs: number): void {
    if (Number.isNaN(this.#began)) this.#began = nowMs;
    const wanted = Math.floor((nowMs - this.#began) / this.#period + 1e-6);
    for (; this.#shown < wanted; this.#shown++) {
      if (this.#decoder.pictures.take(this.#front, OFFLINE_PATIENCE_MS)) continue;
      this.#warning = `${this.#path} stopped: ${this.#decoder.complaint}; its last picture stays.`;
      this.#shown = Number.POSITIVE_INFINITY;
      return;
    }
  }

  #look(now: number): void {
    const rested = now - this.#asked > UNWATCHED_MS;
    this.#asked = now;
    if (this.#decoder.pictures.take(this.#front) || rested) {
      this.#lastPicture = now;
      return;
    }
    if (this.#restarting || this.#warning !== undefined) return;
    if (this.#decoder.pictures.ended || now - this.#lastPicture > STALL_MS) {
      this.#restarting = this.#restart(now).finally(() => {
        this.#restarting = undefined;
      });
    }
  }

  async #restart(now: number): Promise<void> {
    if (now - this.#startedAt > GOOD_MS) this.#failures = 0;
    const pause = RETRIES_MS[this.#failures++];
    if (pause === undefined) {
      this.#warning = `${this.#path} cannot be played any more (${this.#decoder.complaint}); its last picture stays.`;
      await this.#decoder.close();
      return;
    }
    await this.#decoder.close();
    await delay(pause, undefined, { signal: this.#closed.signal }).catch(() => {});
    if (this.#closed.signal.aborted) return;
    try {
      this.#decoder = this.#start();
    } catch {
      // No descriptors, no memory. The closed one counts as ended: the next look tries again.
      return;
    }
    this.#startedAt = monotonicMs();
    this.#lastPicture = this.#startedAt;
  }
}

function inputOptions(): string[] {
  return [
    ...CAREFUL_INPUT,
    '-threads',
    '1',
    '-stream_loop',
    '-1',
    '-i',
    INHERITED_URL,
    '-map',
    '0:v:0',
    '-an',
    '-sn',
    '-dn',
  ];
}

/** Even pace, scaled to cover the frame, cut at the focus, BT.601 limited range. */
function filters(info: VideoInfo, size: Size, focus: Focus, rate: number): string {
  // With nothing to do, scaling passes pictures on untouched, which a wish for a matrix would prevent.
  const colour = info.plainColour ? '' : ':out_range=tv:out_color_matrix=bt601';
  return [...pace(rate), ...cover(info, size, focus, colour), 'format=yuv420p'].join(',');
}

async function firstPicture(path: string, decoder: Decoder, into: Backdrop): Promise<void> {
  const deadline = monotonicMs() + FIRST_PICTURE_MS;
  while (!decoder.pictures.take(into)) {
    if (decoder.pictures.ended) {
      await decoder.ended();
      throw new BackscrubError('BadImage', `${path} is damaged or has no pictures: ${decoder.complaint}.`);
    }
    if (monotonicMs() > deadline) {
      throw new BackscrubError(
        'BadImage',
        `${path} gives no picture within ${FIRST_PICTURE_MS / 1000} s: it is damaged, or too large to be played.`,
      );
    }
    await delay(4);
  }
}

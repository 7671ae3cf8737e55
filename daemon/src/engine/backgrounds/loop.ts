import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Backdrop, decodeMjpg } from '@backscrub/native';
import type { ReadAt } from '../../shared/structure-budget.js';
import type { Background, Focus, Size } from './background.js';
import { type MatroskaVideo, readMatroska } from './matroska.js';

/** Codec of its pictures, as Matroska names it. */
export const LOOP_CODEC = 'V_MJPEG';
/** Decoding is done between two frames of the camera: about 30 ns a byte and 3 ns a pixel. */
const MAX_PICTURE_BYTES = 1536 * 1024;
const MAX_SIDE = 8192;
const MAX_PIXELS = 4096 * 2304;
const DEFAULT_PERIOD_MS = 40;

/**
 * A loop of JPEG pictures as `transcode.ts` makes it, at an even pace: the cheapest of all to play (docs/performance.md). No child is
 * needed, a picture that is not due is not decoded, and going back to the beginning is a matter of reading elsewhere.
 */
export class LoopBackground implements Background {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #video: MatroskaVideo;
  readonly #focus: Focus;
  readonly #bytes: Buffer;
  /** At the loop's size; the same frame as #front where that is the size that is wanted. */
  readonly #decoded: Backdrop;
  readonly #front: Backdrop;
  /** Milliseconds. */
  readonly #period: number;
  #start: number | undefined;
  readonly #offset: number;
  #shown = -1;
  #warning: string | undefined;

  private constructor(
    path: string,
    handle: FileHandle,
    video: MatroskaVideo,
    size: Size,
    focus: Focus,
    offset: number,
  ) {
    this.#path = path;
    this.#handle = handle;
    this.#video = video;
    this.#focus = focus;
    this.#offset = offset;
    const { width, height, pictures, duration } = video;
    this.#bytes = Buffer.allocUnsafe(Math.max(...pictures.map(({ length }) => length)));
    this.#front = new Backdrop(size.width, size.height);
    const same = width === size.width && height === size.height;
    this.#decoded = same ? this.#front : new Backdrop(width, height);
    this.#period = duration > 0 ? duration / pictures.length : DEFAULT_PERIOD_MS;
  }

  /**
   * Decodes the first picture.
   * @param handle the open file; the background closes it, unless this gives undefined
   * @param offset milliseconds from the beginning at which it starts
   * @returns undefined when the file is no loop like ours, or its first picture cannot be decoded
   */
  static async open(
    path: string,
    handle: FileHandle,
    size: Size,
    focus: Focus,
    offset = 0,
  ): Promise<LoopBackground | undefined> {
    const { size: bytes } = await handle.stat();
    const readAt: ReadAt = (into, length, at) => readSync(handle.fd, into, 0, length, at);
    const video = readMatroska(readAt, bytes, LOOP_CODEC);
    if (!video || !isUsable(video)) return undefined;
    const loop = new LoopBackground(path, handle, video, size, focus, offset);
    if (loop.#show(loop.#pictureAt(offset))) return loop;
    loop.#release();
    return undefined;
  }

  get warning(): string | undefined {
    return this.#warning;
  }

  frame(nowMs: number): Backdrop {
    this.#start ??= nowMs - this.#offset;
    const picture = this.#pictureAt(nowMs - this.#start);
    if (picture !== this.#shown && !this.#show(picture)) {
      this.#warning ??= `${this.#path} is damaged or cannot be read: some of its pictures are left out.`;
      this.#shown = picture;
    }
    return this.#front;
  }

  async close(): Promise<void> {
    await this.#handle.close();
    this.#release();
  }

  #release(): void {
    this.#front.release();
    if (this.#decoded !== this.#front) this.#decoded.release();
  }

  #pictureAt(milliseconds: number): number {
    return Math.max(0, Math.floor(milliseconds / this.#period + 1e-6)) % this.#video.pictures.length;
  }

  /** @returns whether all of it is in #bytes: a file system that fails (EIO, ESTALE) is like a file that was cut */
  #read(length: number, position: number): boolean {
    try {
      return readSync(this.#handle.fd, this.#bytes, 0, length, position) === length;
    } catch {
      return false;
    }
  }

  /** @returns whether it could be decoded; the last one stays when not */
  #show(picture: number): boolean {
    const { position = 0, length = 0 } = this.#video.pictures[picture] ?? {};
    if (!this.#read(length, position) || !decodeMjpg(this.#bytes.subarray(0, length), this.#decoded))
      return false;
    if (this.#decoded !== this.#front) this.#front.coverFrom(this.#decoded, this.#focus.x, this.#focus.y);
    this.#shown = picture;
    return true;
  }
}

function isUsable({ width, height, pictures }: MatroskaVideo): boolean {
  const even = (side: number): boolean => side >= 2 && side <= MAX_SIDE && side % 2 === 0;
  return (
    even(width) &&
    even(height) &&
    width * height <= MAX_PIXELS &&
    pictures.length > 0 &&
    pictures.every(({ length }) => length <= MAX_PICTURE_BYTES)
  );
}

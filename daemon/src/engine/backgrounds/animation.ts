import { Backdrop } from '@backscrub/native';
import { monotonicMs } from '../../shared/clock.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Background, Size } from './background.js';
import { damaged, MAX_MEGAPIXELS } from './still.js';

/** What the pictures of one loop may take; what does not fit is shown at a half, a third ... of its rate. */
const MAX_LOOP_BYTES = 64 * 1024 * 1024;
const MAX_PAGES = 2000;
/** Pages decoded at a time: each opening of the file begins with its first page. */
const CHUNK = 16;
const MAX_DECODE_MS = 10_000;
/** As browsers do: who asks for less means "as fast as you can" of a time when that was slow. */
const LEAST_DELAY_MS = 11;
const DEFAULT_DELAY_MS = 100;

/** A page of an animation with the time it is shown. */
export interface Page {
  readonly frame: Backdrop;
  readonly milliseconds: number;
}

/** A short animation (GIF, WebP), decoded once (decode-main.ts); a frame costs nothing but its copying. */
export class AnimationBackground implements Background {
  readonly warning = undefined;
  readonly #frames: readonly Backdrop[];
  /** When each page ends, milliseconds from the beginning of the loop. */
  readonly #ends: readonly number[];
  readonly #duration: number;
  #start: number | undefined;

  constructor(pages: readonly Page[]) {
    let end = 0;
    this.#frames = pages.map(({ frame }) => frame);
    this.#ends = pages.map(({ milliseconds }) => {
      end += milliseconds;
      return end;
    });
    this.#duration = end;
  }

  frame(nowMs: number): Backdrop {
    this.#start ??= nowMs;
    const position = (nowMs - this.#start) % this.#duration;
    const page = Math.max(
      0,
      this.#ends.findIndex((end) => position < end),
    );
    return this.#frames[page] as Backdrop;
  }

  async close(): Promise<void> {
    for (const frame of this.#frames) frame.release();
  }
}

/** What a file says about its pages. */
export interface Pages extends Size {
  readonly count: number;
  readonly delays: readonly number[];
}

/** @throws BackscrubError BadImage when it is damaged or its pages are too large or too many */
export async function readPages(path: string, bytes: Buffer): Promise<Pages> {
  const { default: sharp } = await import('sharp');
  const metadata = await sharp(bytes, { limitInputPixels: false, pages: -1 })
    .metadata()
    .catch((error: unknown) => {
      throw damaged(path, error);
    });
  const { width, pages: count = 1, delay = [] } = metadata;
  const height = metadata.pageHeight ?? metadata.height;
  if (count > MAX_PAGES) {
    throw new BackscrubError(
      'BadImage',
      `${path} has ${count} pictures; at most ${MAX_PAGES} are read. Save it as a video (MP4, WebM).`,
    );
  }
  if (width * height * Math.min(count, CHUNK) > MAX_MEGAPIXELS * 1e6) {
    throw new BackscrubError(
      'BadImage',
      `${path} is an animation of ${width}x${height}: save a smaller copy.`,
    );
  }
  const delays = Array.from({ length: count }, (_, page) => {
    const asked = delay[page] ?? DEFAULT_DELAY_MS;
    return asked < LEAST_DELAY_MS ? DEFAULT_DELAY_MS : asked;
  });
  return { count, delays, width, height };
}

/** Whether all pages fit into memory at this size. */
export function fitsInMemory({ count }: Pages, { width, height }: Size): boolean {
  return count <= MAX_LOOP_BYTES / ((width * height * 3) / 2);
}

/**
 * Decodes an animation, scaled to cover the frame: the pages that are shown, with their times. The frames are the caller's.
 * @throws BackscrubError BadImage when it is damaged or takes too long
 */
export async function* animationFrames(
  path: string,
  bytes: Buffer,
  { count, delays }: Pages,
  size: Size,
): AsyncGenerator<Page> {
  const { width, height } = size;
  const most = Math.max(1, Math.floor(MAX_LOOP_BYTES / ((width * height * 3) / 2)));
  const step = Math.ceil(count / most);
  for await (const { page, rgb } of pagesOf(path, bytes, count, size)) {
    if (page % step !== 0) continue;
    const frame = new Backdrop(width, height);
    frame.loadRgb(rgb);
    yield { frame, milliseconds: delays.slice(page, page + step).reduce((sum, delay) => sum + delay, 0) };
  }
}

/** All pages one after the other as packed RGB, scaled to cover `size`. @throws BackscrubError BadImage */
export async function* pagesOf(
  path: string,
  bytes: Buffer,
  count: number,
  { width, height }: Size,
): AsyncGenerator<{ page: number; rgb: Buffer }> {
  const { default: sharp } = await import('sharp');
  const limits = { limitInputPixels: MAX_MEGAPIXELS * 1e6, failOn: 'error' } as const;
  const deadline = monotonicMs() + MAX_DECODE_MS;
  for (let first = 0; first < count; first += CHUNK) {
    const pages = Math.min(CHUNK, count - first);
    const rgb = await sharp(bytes, { ...limits, page: first, pages })
      .resize(width, height, { fit: 'cover' })
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .raw()
      .toBuffer()
      .catch((error: unknown) => {
        throw damaged(path, error);
      });
    const one = width * height * 3;
    for (let page = 0; page < pages; page++) {
      yield { page: first + page, rgb: rgb.subarray(page * one, (page + 1) * one) };
    }
    if (monotonicMs() > deadline) {
      throw new BackscrubError(
        'BadImage',
        `${path} takes too long to decode: save it as a video (MP4, WebM).`,
      );
    }
  }
}

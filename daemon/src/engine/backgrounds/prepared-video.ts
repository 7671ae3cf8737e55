import type { FileHandle } from 'node:fs/promises';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backdrop } from '@backscrub/native';
import type { Background, Focus, Size } from './background.js';
import { forgetOldest, MAX_LOOP_FILE_BYTES, openKept } from './kept-loops.js';
import { DEFAULT_LIMITS, transcodeToSize } from './transcode.js';
import { VideoBackground } from './video.js';

const LIMITS = { ...DEFAULT_LIMITS, maxBytes: MAX_LOOP_FILE_BYTES, timeoutMs: 120_000 };
/** The start of a call and somebody who tries one background after the other have precedence. */
const SETTLE_MS = 5000;

/** Where loops that were made from videos are kept. */
export interface LoopCache {
  readonly folder: string;
  /** Names the video in its present state, the size and the focus. */
  readonly key: string;
}

/**
 * A video that is played by ffmpeg at first. Meanwhile a loop of a short one is made and kept, which costs a fraction to play; the
 * picture goes on with it where it is.
 */
export class PreparedVideo implements Background {
  readonly #stop = new AbortController();
  #shown: Background;
  #preparing: Promise<void>;

  private constructor(shown: Background, prepare: (signal: AbortSignal) => Promise<Background | undefined>) {
    this.#shown = shown;
    this.#preparing = this.#prepare(prepare);
  }

  /** @param handle the open file; the background closes it, unless this fails */
  static async open(
    path: string,
    handle: FileHandle,
    size: Size,
    focus: Focus,
    cache: LoopCache,
  ): Promise<Background> {
    const kept = await openKept(cache.folder, cache.key, size);
    if (kept) {
      await handle.close();
      return kept;
    }
    const video = await VideoBackground.open(path, handle, size, focus, false);
    return new PreparedVideo(video, async (signal) => {
      const { seconds } = video.info;
      if (seconds === undefined || seconds > LIMITS.maxSeconds) return undefined;
      await delay(SETTLE_MS, undefined, { signal });
      const made = join(cache.folder, cache.key);
      const temporary = join(cache.folder, `.${process.pid}-${cache.key}`);
      await mkdir(cache.folder, { recursive: true, mode: 0o700 });
      await transcodeToSize(path, handle, temporary, video.info, size, focus, LIMITS, signal);
      await rename(temporary, made);
      await forgetOldest(cache.folder);
      return openKept(cache.folder, cache.key, size, video.position);
    });
  }

  get warning(): string | undefined {
    return this.#shown.warning;
  }

  frame(nowMs: number): Backdrop {
    return this.#shown.frame(nowMs);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#preparing;
    await this.#shown.close();
  }

  /** Resolves when there is nothing more to prepare; for tests. */
  async settled(): Promise<void> {
    await this.#preparing;
  }

  async #prepare(prepare: (signal: AbortSignal) => Promise<Background | undefined>): Promise<void> {
    // What cannot be prepared goes on as it is.
    const loop = await prepare(this.#stop.signal).catch(() => undefined);
    if (!loop) return;
    const video = this.#shown;
    this.#shown = loop;
    await video.close();
  }
}

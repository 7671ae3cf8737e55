import { Backdrop } from '@backscrub/native';
import type { Background, Size } from './background.js';

/** The picture changes so often; the steps between are too small to be seen. */
const STEP_MS = 1000 / 15;

/**
 * A seamless loop of a few pictures, each of which fades into the next: for what moves slowly and has no edges. A frame costs
 * one mix of two pictures, a few times a second.
 */
export class KeyframesBackground implements Background {
  readonly warning = undefined;
  readonly #keys: readonly Backdrop[];
  readonly #keyMs: number;
  readonly #mixed: Backdrop;
  #start: number | undefined;
  #step = -1;

  /**
   * @param keys at least two frames of one size; they belong to the background from now on
   * @param loopMs how long all of them take together
   */
  constructor(keys: readonly Backdrop[], { width, height }: Size, loopMs: number) {
    this.#keys = keys;
    this.#keyMs = loopMs / keys.length;
    this.#mixed = new Backdrop(width, height);
  }

  frame(nowMs: number): Backdrop {
    this.#start ??= nowMs;
    // The frame under way may be of an earlier moment than the picture that hid the room.
    const step = Math.max(0, Math.floor((nowMs - this.#start) / STEP_MS));
    if (step !== this.#step) {
      this.#step = step;
      const position = (step * STEP_MS) / this.#keyMs;
      const from = Math.floor(position);
      const key = (index: number): Backdrop => this.#keys[index % this.#keys.length] as Backdrop;
      this.#mixed.mixFrom(key(from), key(from + 1), position - from);
    }
    return this.#mixed;
  }

  async close(): Promise<void> {
    for (const frame of [...this.#keys, this.#mixed]) frame.release();
  }
}

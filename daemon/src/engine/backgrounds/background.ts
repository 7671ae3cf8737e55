import type { Backdrop } from '@backscrub/native';

/** Even numbers of pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The point of a picture that stays in sight when something has to be cut off, 0 to 1 from its upper left corner. */
export interface Focus {
  readonly x: number;
  readonly y: number;
}

export const CENTRE: Focus = { x: 0.5, y: 0.5 };

/** What stands behind the person. */
export interface Background {
  /** Why it does not show what it should, for people; undefined while all is well. */
  readonly warning: string | undefined;
  /**
   * The picture for this moment, at the size it was loaded for. Never waits in a live stream. It belongs to the background and may
   * change with the next call.
   * @param nowMs milliseconds of any clock that does not go back
   */
  frame(nowMs: number): Backdrop;
  /** Frees memory, descriptors and children; no frame may be asked for afterwards. */
  close(): Promise<void>;
}

/** One picture that does not change. */
export class StillBackground implements Background {
  readonly warning = undefined;
  readonly #frame: Backdrop;

  constructor(frame: Backdrop) {
    this.#frame = frame;
  }

  frame(): Backdrop {
    return this.#frame;
  }

  async close(): Promise<void> {
    this.#frame.release();
  }
}

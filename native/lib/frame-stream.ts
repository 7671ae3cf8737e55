import { binding } from './binding.js';
import type { Frame } from './frame.js';

/**
 * Pictures that another process writes as raw I420 into a pipe. A thread reads them, one ahead, so that neither a slow
 * writer nor a dead one keeps anybody waiting.
 */
export interface FrameStream {
  /** The descriptor to give to the writer; -1 when there is none (any more). */
  readonly writer: number;
  /** No more pictures will come: the last writer is gone. What has come may still be taken. */
  readonly ended: boolean;
  /** How many have come whole. */
  readonly pictures: number;
  /** To be called once the writer has its copy of the descriptor. */
  closeWriter(): void;
  /**
   * Swaps the newest picture, when there is one that was not taken yet, into `into`, which has the stream's size; else
   * `into` stays as it is.
   * @param patience milliseconds to block for one, 0 by default
   */
  take(into: Frame, patience?: number): boolean;
  /** Ends the thread and closes the pipe; may be called again. */
  close(): void;
}

interface FrameStreamBinding {
  /**
   * @param period milliseconds between two pictures: they come due at this pace, a newer one takes the place of one that was
   *   not taken, and while nobody takes any the writer waits. 0: each one waits to be taken.
   * @throws TypeError unless width and height are even and from 2 to 8192
   */
  FrameStream: new (
    width: number,
    height: number,
    period: number,
  ) => FrameStream;
}

export const FrameStream = (binding as FrameStreamBinding).FrameStream;

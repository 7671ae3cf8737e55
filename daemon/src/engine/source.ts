import type { Frame } from '@backscrub/native';

/** Frames per second as a fraction, as V4L2 and Y4M give it (30000/1001 stays exact). */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** Where frames come from: a camera, a file, a generated scene. */
export interface Source {
  /** Even numbers of pixels; fixed for the life of the source. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** Frames in all, undefined when nobody knows (a camera, some containers). */
  readonly frameCount: number | undefined;
  /** Frames that were passed over because a newer one was there (cameras only). */
  readonly dropped: number;
  /**
   * Waits for the next frame and writes it into `into`, which has the source's size.
   * @returns false at the end of the source
   * @throws BackscrubError when the source fails (camera unplugged, file damaged)
   */
  next(into: Frame): Promise<boolean>;
  close(): Promise<void>;
}

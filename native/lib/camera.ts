import { binding } from './binding.js';
import './device-error.js';
import type { Frame } from './frame.js';
import type { CameraMode } from './modes.js';

/** What is known about a frame beside its pixels. */
export interface CapturedFrame {
  /** The driver's frame counter. */
  readonly sequence: number;
  /** When the frame was taken, milliseconds of the monotonic clock (as process.hrtime). */
  readonly milliseconds: number;
}

interface CameraHandle {
  readonly mode: CameraMode;
  readonly dropped: number;
  readonly damaged: number;
  next(into: Frame): Promise<CapturedFrame>;
  close(): void;
}

interface CameraBinding {
  CameraHandle: new (
    path: string,
    fourcc: string,
    width: number,
    height: number,
    rateNumerator: number,
    rateDenominator: number,
  ) => CameraHandle;
}

/** A streaming camera (V4L2, memory-mapped buffers). It is on from `open` to `close`. */
export class Camera {
  readonly #handle: CameraHandle;
  /** What the driver really delivers, which may differ from what was asked for. */
  readonly mode: CameraMode;

  private constructor(
    readonly path: string,
    mode: CameraMode,
  ) {
    const { fourcc, width, height, frameRate } = mode;
    const { CameraHandle } = binding as CameraBinding;
    this.#handle = new CameraHandle(path, fourcc, width, height, frameRate.numerator, frameRate.denominator);
    const actual = this.#handle.mode;
    // 0/0: the driver does not know its rate; what was asked for is the best guess.
    this.mode = actual.frameRate.numerator > 0 ? actual : { ...actual, frameRate };
  }

  /**
   * Opens the camera and starts the stream.
   *
   * @throws DeviceError busy, permission, missing, unsupported or io
   */
  static open(path: string, mode: CameraMode): Camera {
    return new Camera(path, mode);
  }

  /** Frames that were passed over because a newer one was there. */
  get dropped(): number {
    return this.#handle.dropped;
  }

  /** Frames that were cut off or could not be decoded; none of them was shown. */
  get damaged(): number {
    return this.#handle.damaged;
  }

  /**
   * Waits for a frame newer than the last one and writes it, as BT.601 limited range, into `into`, which has the
   * camera's size. When several have come, the newest is taken. One call at a time.
   *
   * @throws DeviceError timeout (5 s for the first frame, then 1 s or 5 frame periods; the call may be repeated),
   *   unplugged or io (the stream is over: close, and open again when the camera is back)
   */
  next(into: Frame): Promise<CapturedFrame> {
    return this.#handle.next(into);
  }

  /** Stops the stream and frees the device; a waiting `next` is rejected. May be called again. */
  close(): void {
    this.#handle.close();
  }
}

import { binding } from './binding.js';

/**
 * An I420 picture (4:2:0, 8 bit, BT.601 limited range) in native memory. JavaScript only holds the handle; the methods
 * that take arrays are for files and tests, not for the frame loop.
 */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Fills the whole picture with one colour: Y 16-235, Cb and Cr 16-240. */
  fill(y: number, cb: number, cr: number): void;
  /** Packed I420 bytes (Y, then U, then V, no padding), width * height * 3 / 2 of them. */
  loadI420(bytes: Uint8Array): void;
  storeI420(bytes: Uint8Array): void;
  /** Packed YUYV (4:2:2), width * height * 2 bytes. */
  loadYuyv(bytes: Uint8Array): void;
  storeYuyv(bytes: Uint8Array): void;
  /** Packed 8-bit full-range R, G, B, width * height * 3 bytes; converted with the BT.601 matrix. */
  loadRgb(bytes: Uint8Array): void;
  storeRgb(bytes: Uint8Array): void;
  /** Copies a frame of the same size. @throws TypeError when this is a Backdrop and the other one is not; so do the next two */
  copyFrom(other: Frame): void;
  /**
   * Scales `other` to cover this frame and cuts off what lies beyond, keeping a point of it in sight (0 to 1 of its width and
   * height; the middle by default).
   */
  coverFrom(other: Frame, focusX?: number, focusY?: number): void;
  /** A mix of two frames of this size: weight 0 is `from`, 1 is `to`. */
  mixFrom(from: Frame, to: Frame, weight: number): void;
  /** Adds a trace of noise (at most one level, always the same), so that slow gradients show no steps. */
  addGrain(): void;
  /** Gives the memory back at once; the frame is of size 0 from then on and fits nowhere. */
  release(): void;
}

interface FrameBinding {
  /** @throws TypeError unless width and height are even and from 2 to 8192. */
  Frame: new (
    width: number,
    height: number,
  ) => Frame;
}

export const Frame = (binding as FrameBinding).Frame;

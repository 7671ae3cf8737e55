import { binding } from './binding.js';
import type { Frame } from './frame.js';
import type { Matte } from './matte.js';

/**
 * The packed YUYV picture that goes to the virtual camera. It stays from frame to frame: parts that hold nothing but an unchanged
 * background are not written again.
 */
export interface Canvas {
  /** Foreground over background by the matte's alpha plane; all have the canvas's size. See Matte.compose. */
  compose(
    matte: Matte,
    foreground: Frame,
    background: Frame,
    lightWrap?: number,
    edgeColours?: boolean,
  ): void;
  /** The whole frame. */
  draw(frame: Frame): void;
  /** Copies the YUYV bytes out, width * height * 2 of them. */
  store(bytes: Uint8Array): void;
}

interface CanvasBinding {
  /** @throws TypeError unless width and height are even and from 2 to 8192. */
  Canvas: new (
    width: number,
    height: number,
  ) => Canvas;
}

export const Canvas = (binding as CanvasBinding).Canvas;

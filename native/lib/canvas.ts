import type { Backdrop } from './backdrop.js';
import { binding } from './binding.js';
import type { Frame } from './frame.js';
import type { Matte } from './matte.js';

/**
 * The packed YUYV picture that goes to the virtual camera while the room is hidden. It stays from frame to frame: parts that hold
 * nothing but an unchanged background are not written again. It is black at first; no picture of a camera can be put on it but as
 * the person of a matte.
 */
export interface Canvas {
  /** Foreground over background by the matte's alpha plane; all have the canvas's size. See Matte.compose. */
  compose(
    matte: Matte,
    foreground: Frame,
    background: Backdrop,
    lightWrap?: number,
    edgeColours?: boolean,
  ): void;
  /** The background everywhere. */
  cover(background: Backdrop): void;
  /** Copies the YUYV bytes out, width * height * 2 of them. */
  store(bytes: Uint8Array): void;
}

/** A packed YUYV picture with the room on it, or with anything else: what is shown when the user has asked for the room. Black at first. */
export interface RoomCanvas {
  /** The whole frame. */
  draw(frame: Frame): void;
  /** As Canvas.store. */
  store(bytes: Uint8Array): void;
}

interface CanvasBinding {
  /** @throws TypeError unless width and height are even and from 2 to 8192. */
  Canvas: new (
    width: number,
    height: number,
  ) => Canvas;
  /** As Canvas. */
  RoomCanvas: new (
    width: number,
    height: number,
  ) => RoomCanvas;
}

export const Canvas = (binding as CanvasBinding).Canvas;
export const RoomCanvas = (binding as CanvasBinding).RoomCanvas;

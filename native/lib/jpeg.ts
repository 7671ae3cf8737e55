import { binding } from './binding.js';
import type { Canvas, RoomCanvas } from './canvas.js';

interface JpegBinding {
  encodeJpeg(canvas: Canvas | RoomCanvas, width: number, height: number, quality: number): Buffer;
}

const native = binding as JpegBinding;

/**
 * What a canvas holds as a JPEG file (JFIF, 4:2:0), scaled down. Takes some milliseconds.
 *
 * @param width and `height`: even, from 2 to the canvas's, in pixels
 * @param quality 1 to 100, as libjpeg means it
 * @throws TypeError for a size or quality out of range
 */
export function encodeJpeg(
  canvas: Canvas | RoomCanvas,
  width: number,
  height: number,
  quality: number,
): Buffer {
  return native.encodeJpeg(canvas, width, height, quality);
}

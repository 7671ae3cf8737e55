import { type Canvas, encodeJpeg, type RoomCanvas } from '@backscrub/native';
import type { SnapshotOptions } from '../shared/protocol.js';

/**
 * A JPEG picture of what consumers see, in base64.
 * @param canvas the last composed frame, `width` x `height`
 */
export function takeSnapshot(
  canvas: Canvas | RoomCanvas,
  width: number,
  height: number,
  { size, quality }: SnapshotOptions,
): string {
  const scale = size === 0 ? 1 : Math.min(1, size / Math.max(width, height));
  const even = (side: number): number => Math.max(2, 2 * Math.round((side * scale) / 2));
  return encodeJpeg(canvas, even(width), even(height), quality).toString('base64');
}

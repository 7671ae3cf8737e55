import { binding } from './binding.js';
import type { Frame } from './frame.js';

interface MjpgBinding {
  decodeMjpg(bytes: Uint8Array, frame: Frame, matrix: number, full: boolean): boolean;
  mjpgRounds(): number;
}

/**
 * Decodes a baseline JPEG (4:2:0, 4:2:2, 4:4:0, 4:4:4, grey) of the frame's size straight to I420.
 *
 * @param range what the file holds: `full` (JFIF) or `limited`
 * @returns false when the picture is damaged, cut off, of another size or kind, or has a component in no scan or in two; the frame is
 *   untouched then
 */
export function decodeMjpg(bytes: Uint8Array, frame: Frame, range: 'full' | 'limited' = 'full'): boolean {
  return (binding as MjpgBinding).decodeMjpg(bytes, frame, 601, range === 'full');
}

/** What the last `decodeMjpg` has cost: rows of MCUs that libjpeg was at work on, and markers between scans. */
export function mjpgRounds(): number {
  return (binding as MjpgBinding).mjpgRounds();
}

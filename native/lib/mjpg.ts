import { binding } from './binding.js';
import type { Frame } from './frame.js';

interface MjpgBinding {
  decodeMjpg(bytes: Uint8Array, frame: Frame, matrix: number, full: boolean): boolean;
}

/**
 * Decodes a baseline JPEG (4:2:0, 4:2:2, 4:4:0, 4:4:4, grey) of the frame's size straight to I420.
 *
 * @param range what the file holds: `full` (JFIF) or `limited`
 * @returns false when the picture is damaged, cut off or of another size or kind; the frame is untouched then
 */
export function decodeMjpg(bytes: Uint8Array, frame: Frame, range: 'full' | 'limited' = 'full'): boolean {
  return (binding as MjpgBinding).decodeMjpg(bytes, frame, 601, range === 'full');
}

/** Thumbnails of what is drawn: colours, gradients and the gallery. */
import { loadBackground } from '../backgrounds/load.js';
import type { Sharp } from './safe-sharp.js';

export interface DrawnThumbnail {
  /** Packed, full range. */
  readonly rgb: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * A picture of 16:9, drawn at the size that is wanted: at most `width` pixels across, both sides even.
 * @throws BackscrubError UnknownBackground, InvalidArgs
 */
export async function drawThumbnail(background: string, width: number): Promise<DrawnThumbnail> {
  const even = (value: number) => Math.max(2, Math.floor(value / 2) * 2);
  const [across, down] = [even(width), even((width * 9) / 16)];
  const drawn = await loadBackground(background, across, down);
  const rgb = Buffer.allocUnsafe(across * down * 3);
  drawn.frame(0).storeRgb(rgb);
  await drawn.close();
  return { rgb, width: across, height: down };
}

/** @param sharp narrowed down or not: it only writes */
export function encodeThumbnail(sharp: Sharp, { rgb, width, height }: DrawnThumbnail): Promise<Buffer> {
  const raw = { width, height, channels: 3 } as const;
  return sharp(rgb, { raw }).png({ compressionLevel: 9 }).toBuffer();
}

/** Small pictures to choose by. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBackgroundId, thumbnailFile } from '../../shared/stored-background.js';
import { loadBackground } from '../backgrounds/load.js';
import { findStored } from '../stored-background.js';
import { loadSafeSharp } from './safe-sharp.js';
import { makeThumbnail } from './still.js';

/**
 * PNG of what a 16:9 camera would show of this background, at most `width` pixels wide.
 * @throws BackscrubError UnknownBackground, BadImage
 */
export async function renderThumbnail(background: string, width: number): Promise<Buffer> {
  if (!isBackgroundId(background)) return await renderDrawn(background, width);
  const { entry, path } = await findStored(background);
  // Of what moves there is the first picture, as it was made at import.
  const still = entry.kind === 'still';
  const picture = await readFile(still ? path : join(dirname(path), thumbnailFile(background)));
  return await makeThumbnail(picture, still ? entry.focus : [0.5, 0.5], width);
}

/** Colours, gradients and the gallery: drawn at the size that is wanted. */
async function renderDrawn(background: string, width: number): Promise<Buffer> {
  const even = (value: number) => Math.max(2, Math.floor(value / 2) * 2);
  const [across, down] = [even(width), even((width * 9) / 16)];
  // Before the decoders are narrowed down: the gallery is drawn as SVG.
  const drawn = await loadBackground(background, across, down);
  const rgb = Buffer.allocUnsafe(across * down * 3);
  drawn.frame(0).storeRgb(rgb);
  await drawn.close();
  const sharp = await loadSafeSharp();
  return await sharp(rgb, { raw: { width: across, height: down, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

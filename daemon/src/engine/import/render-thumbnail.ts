/** Small pictures to choose by. */
import { dirname, join } from 'node:path';
import { readOwnFile } from '../../shared/own-file.js';
import { isBackgroundId, thumbnailFile } from '../../shared/stored-background.js';
import { findStored } from '../stored-background.js';
import { drawThumbnail, encodeThumbnail } from './draw-thumbnail.js';
import { loadSafeSharp } from './safe-sharp.js';
import { makeThumbnail } from './still.js';

/** As the parent's limit on what is written at import. */
const MAX_PICTURE_BYTES = 128 * 1024 * 1024;

/**
 * PNG of what a 16:9 camera would show of this background, at most `width` pixels wide.
 * @throws BackscrubError UnknownBackground, BadImage
 */
export async function renderThumbnail(background: string, width: number): Promise<Buffer> {
  if (!isBackgroundId(background)) {
    // Before the decoders are narrowed down: the gallery is drawn as SVG.
    const drawn = await drawThumbnail(background, width);
    return await encodeThumbnail(await loadSafeSharp(), drawn);
  }
  const { entry, path } = await findStored(background);
  // Of what moves there is the first picture, as it was made at import.
  const still = entry.kind === 'still';
  const picture = await readOwnFile(
    still ? path : join(dirname(path), thumbnailFile(background)),
    MAX_PICTURE_BYTES,
  );
  return await makeThumbnail(picture, still ? entry.focus : [0.5, 0.5], width);
}

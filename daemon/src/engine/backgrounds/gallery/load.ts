import type { Backdrop } from '@backscrub/native';
import type { CacheFolder } from '../../../shared/cache-folder.js';
import { type Background, type Size, StillBackground } from '../background.js';
import { cached, drawingKey } from '../cache.js';
import { KeyframesBackground } from '../keyframes.js';
import { renderSvg } from '../render-svg.js';
import { enlarge, smoothSize } from '../smooth.js';
import { drawnSize } from './canvas.js';
import { findPicture } from './index.js';
import type { GalleryAnimation } from './picture.js';

/** See LoadOptions. */
interface DrawContext {
  readonly cache?: CacheFolder | undefined;
  readonly aside?: (() => Promise<void>) | undefined;
  readonly pause?: (() => Promise<void>) | undefined;
}

/** @throws BackscrubError UnknownBackground when the gallery has no such picture */
export async function loadBuiltin(name: string, size: Size, context: DrawContext): Promise<Background> {
  const picture = findPicture(name);
  if (picture.kind === 'animated') {
    return new KeyframesBackground(await drawKeys(picture, size, context), size, picture.loopMs);
  }
  const { cache, aside } = context;
  const drawn = drawnSize(size);
  const drawing = picture.draw(drawn);
  return new StillBackground(
    await cached(cache, drawingKey(drawing, size), size, () => renderSvg(drawing, size, { drawn }), aside),
  );
}

async function drawKeys(
  picture: GalleryAnimation,
  size: Size,
  { cache, aside, pause }: DrawContext,
): Promise<Backdrop[]> {
  const keys: Backdrop[] = [];
  const small = smoothSize(size);
  for (let key = 0; key < picture.keys; key++) {
    await pause?.();
    const drawing = picture.draw(drawnSize(small), key / picture.keys);
    const options = { drawn: drawnSize(small), grain: size.height === small.height };
    const draw = () => renderSvg(drawing, small, options);
    keys.push(enlarge(await cached(cache, drawingKey(drawing, small), small, draw, aside), size));
  }
  return keys;
}

import { Frame } from '@backscrub/native';
import type { CacheFolder } from '../../../shared/cache-folder.js';
import { type Background, type Size, StillBackground } from '../background.js';
import { cached, drawingKey } from '../cache.js';
import { KeyframesBackground } from '../keyframes.js';
import { renderSvg } from '../render-svg.js';
import { drawnSize } from './canvas.js';
import { findPicture } from './index.js';
import type { GalleryAnimation } from './picture.js';

/** What moves has no details: it is drawn at this height and scaled up. */
const KEY_HEIGHT = 360;

/** @throws BackscrubError UnknownBackground when the gallery has no such picture */
export async function loadBuiltin(
  name: string,
  size: Size,
  cache: CacheFolder | undefined,
): Promise<Background> {
  const picture = findPicture(name);
  if (picture.kind === 'animated') {
    return new KeyframesBackground(await drawKeys(picture, size), size, picture.loopMs);
  }
  const drawn = drawnSize(size);
  const drawing = picture.draw(drawn);
  return new StillBackground(
    await cached(cache, drawingKey(drawing, size), size, () => renderSvg(drawing, size, { drawn })),
  );
}

async function drawKeys(picture: GalleryAnimation, size: Size): Promise<Frame[]> {
  const keys: Frame[] = [];
  const small = smaller(size);
  for (let key = 0; key < picture.keys; key++) {
    const drawn = await renderSvg(picture.draw(drawnSize(small), key / picture.keys), small, {
      drawn: drawnSize(small),
      grain: size.height === small.height,
    });
    if (small.width === size.width && small.height === size.height) {
      keys.push(drawn);
      continue;
    }
    const frame = new Frame(size.width, size.height);
    frame.coverFrom(drawn);
    frame.addGrain();
    drawn.release();
    keys.push(frame);
  }
  return keys;
}

function smaller({ width, height }: Size): Size {
  if (height <= KEY_HEIGHT) return { width, height };
  const even = (value: number): number => 2 * Math.round(value / 2);
  return { width: even((width * KEY_HEIGHT) / height), height: KEY_HEIGHT };
}

import type { Stats } from 'node:fs';
import { CacheFolder } from '../shared/cache-folder.js';
import { MIDDLE } from './cover.js';

const MAX_ENTRIES = 8;
/** Another way of preparing a background has to change it. */
const FORMAT = 'i420-1';

/** Where prepared backgrounds are kept (packed I420): decoding and scaling a picture delays a call's first frame. */
export function backgroundCache(): CacheFolder | undefined {
  return CacheFolder.ofService('backgrounds', MAX_ENTRIES);
}

/** The key of this state of a file at this size; a file that was changed has another. */
export function backgroundKey(
  path: string,
  { dev, ino, size, mtimeMs, ctimeMs }: Stats,
  width: number,
  height: number,
  focus: readonly [number, number] = MIDDLE,
): string {
  return CacheFolder.key([FORMAT, path, dev, ino, size, mtimeMs, ctimeMs, width, height, focus]);
}

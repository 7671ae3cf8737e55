/** How prepared backgrounds are kept (derived-caches.ts): packed I420, by what they were made of. */
import { CacheFolder } from './cache-folder.js';

/** Another way of preparing a background has to change it. */
export const FORMAT = 'i420-3';

/** What tells a file in its present state from all others. */
interface FileState {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** The key of this state of a file at this size, cut at this focus; a file that was changed has another. */
export function backgroundKey(
  path: string,
  { dev, ino, size, mtimeMs, ctimeMs }: FileState,
  { width, height }: { readonly width: number; readonly height: number },
  { x, y }: { readonly x: number; readonly y: number },
): string {
  return CacheFolder.key([FORMAT, path, dev, ino, size, mtimeMs, ctimeMs, width, height, x, y]);
}

/** Bytes of a picture of this size. */
export function pictureBytes({ width, height }: { readonly width: number; readonly height: number }): number {
  return (width * height * 3) / 2;
}

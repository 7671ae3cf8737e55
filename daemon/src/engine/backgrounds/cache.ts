import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { Frame } from '@backscrub/native';
import { CacheFolder } from '../../shared/cache-folder.js';
import type { Focus, Size } from './background.js';

/** The built-in ones at one size, the pictures of the one that moves, and as many more. */
const MAX_ENTRIES = 48;
/** Another way of preparing a background has to change it. */
const FORMAT = 'i420-3';

/** Where prepared backgrounds are kept (packed I420): decoding and scaling a picture delays a call's first frame. */
export function backgroundCache(): CacheFolder | undefined {
  return CacheFolder.ofService('backgrounds', MAX_ENTRIES);
}

/** Where loops that were made from videos are kept; undefined outside the service. */
export function loopFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const [folder] = env['CACHE_DIRECTORY']?.split(':') ?? [];
  return folder ? join(folder, 'loops') : undefined;
}

/** The key of this state of a file at this size; a file that was changed has another. */
export function backgroundKey(
  path: string,
  { dev, ino, size, mtimeMs, ctimeMs }: Stats,
  { width, height }: Size,
  { x, y }: Focus,
): string {
  return CacheFolder.key([FORMAT, path, dev, ino, size, mtimeMs, ctimeMs, width, height, x, y]);
}

/** The key of a drawing at this size; one that was changed has another. */
export function drawingKey(drawing: string, { width, height }: Size): string {
  return CacheFolder.key([FORMAT, drawing, width, height]);
}

/**
 * The frame that was kept, or else a new one, which is kept then.
 * @param aside has somebody else make and keep it; `make` is for when nothing was kept all the same
 */
export async function cached(
  cache: CacheFolder | undefined,
  key: string,
  size: Size,
  make: () => Promise<Frame>,
  aside?: () => Promise<void>,
): Promise<Frame> {
  if (!cache) return make();
  const kept = await readFrame(cache, key, size);
  if (kept) return kept;
  if (aside) {
    await aside();
    const made = await readFrame(cache, key, size);
    if (made) return made;
  }
  const frame = await make();
  const packed = Buffer.allocUnsafe((size.width * size.height * 3) / 2);
  frame.storeI420(packed);
  await cache.write(key, packed);
  return frame;
}

async function readFrame(
  cache: CacheFolder,
  key: string,
  { width, height }: Size,
): Promise<Frame | undefined> {
  const kept = await cache.read(key);
  if (kept?.length !== (width * height * 3) / 2) return undefined;
  const frame = new Frame(width, height);
  frame.loadI420(kept);
  return frame;
}

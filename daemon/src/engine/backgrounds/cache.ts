import { join } from 'node:path';
import { Backdrop } from '@backscrub/native';
import { CacheFolder } from '../../shared/cache-folder.js';
import { frameCache } from '../../shared/derived-caches.js';
import { FORMAT } from '../../shared/prepared-picture.js';
import type { Size } from './background.js';

/** Where prepared backgrounds are kept (packed I420): decoding and scaling a picture delays a call's first frame. */
export function backgroundCache(): CacheFolder | undefined {
  return frameCache();
}

/** Where loops that were made from videos are kept; undefined outside the service. */
export function loopFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const [folder] = env['CACHE_DIRECTORY']?.split(':') ?? [];
  return folder ? join(folder, 'loops') : undefined;
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
  make: () => Promise<Backdrop>,
  aside?: () => Promise<void>,
): Promise<Backdrop> {
  if (!cache) return make();
  const kept = await readFrame(cache, key, size);
  if (kept) return kept;
  if (aside) {
    await aside();
    const made = await readFrame(cache, key, size);
    if (made) return made;
  }
  const frame = await make();
  await keepFrame(cache, key, frame, size);
  return frame;
}

export async function keepFrame(
  cache: CacheFolder | undefined,
  key: string,
  frame: Backdrop,
  { width, height }: Size,
): Promise<void> {
  if (!cache) return;
  const packed = Buffer.allocUnsafe((width * height * 3) / 2);
  frame.storeI420(packed);
  await cache.write(key, packed);
}

/** @returns undefined when nothing was kept, or something else */
export async function readFrame(
  cache: CacheFolder | undefined,
  key: string,
  { width, height }: Size,
): Promise<Backdrop | undefined> {
  const kept = await cache?.read(key);
  if (kept?.length !== (width * height * 3) / 2) return undefined;
  const frame = new Backdrop(width, height);
  frame.loadI420(kept);
  return frame;
}

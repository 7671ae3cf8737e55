/** The loops that were made from videos, in a folder of the cache (cache.ts). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keepNewest } from '../../shared/keep-newest.js';
import { openOwnFile } from '../../shared/own-file.js';
import type { Size } from './background.js';
import { LoopBackground } from './loop.js';

const MAX_LOOPS = 4;
/** Of one loop. */
export const MAX_LOOP_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The loop that was made of this video before. Decoders write there, too: what is no regular file of a plausible size is none.
 * @param offset milliseconds from its beginning
 */
export async function openKept(
  folder: string,
  key: string,
  size: Size,
  offset = 0,
): Promise<LoopBackground | undefined> {
  const path = join(folder, key);
  const handle = await openOwnFile(path, MAX_LOOP_FILE_BYTES).catch(() => undefined);
  if (!handle) return undefined;
  const now = new Date();
  await handle.utimes(now, now).catch(() => {});
  const loop = await LoopBackground.open(path, handle, size, { x: 0.5, y: 0.5 }, offset).catch(
    () => undefined,
  );
  if (!loop) {
    await handle.close();
    await rm(path, { force: true });
  }
  return loop;
}

/** Those that were used last stay. @throws Error of the file system */
export async function forgetOldest(folder: string): Promise<void> {
  await keepNewest(folder, MAX_LOOPS);
}

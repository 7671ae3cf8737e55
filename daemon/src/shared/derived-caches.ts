/**
 * The caches with what is derived of backgrounds, below the service's cache directory. What is derived of an imported one lies in a
 * folder with its id: the service makes that folder and removes it with the background.
 */
import { type Dir, existsSync } from 'node:fs';
import { mkdir, opendir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheFolder } from './cache-folder.js';

/** The built-in ones at one size, the pictures of the one that moves, and as many more. */
const MAX_FRAMES = 48;
/** A shell's menu and a preferences window ask for two sizes of each background. */
const MAX_THUMBNAILS = 512;
const FRAMES = 'backgrounds';
const THUMBNAILS = 'thumbnails';
/** In a folder of this kind: the files of earlier versions do not tell of which background they are. */
const MARK = '.by-background';

/** Prepared backgrounds, packed I420. */
export function frameCache(env?: NodeJS.ProcessEnv): CacheFolder | undefined {
  return CacheFolder.ofService(FRAMES, MAX_FRAMES, env);
}

export function thumbnailCache(env?: NodeJS.ProcessEnv): CacheFolder | undefined {
  return CacheFolder.ofService(THUMBNAILS, MAX_THUMBNAILS, env);
}

/** Once: nothing is left of the caches of earlier versions. @throws Error of the file system */
export async function removeFormerCaches(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const [cache] = env['CACHE_DIRECTORY']?.split(':') ?? [];
  if (!cache) return;
  for (const folder of [join(cache, FRAMES), join(cache, THUMBNAILS)]) {
    if (existsSync(join(folder, MARK))) continue;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The folder itself may be all that a running engine may write to.
    await empty(await opendir(folder));
    // An engine may have put something there meanwhile.
    await writeFile(join(folder, MARK), '', { mode: 0o600, flag: 'wx' });
  }
}

/** One name after the other: however many there are, all of them go. */
async function empty(folder: Dir): Promise<void> {
  // Closed by the loop, however it ends.
  for await (const { name } of folder) await rm(join(folder.path, name), { recursive: true, force: true });
}

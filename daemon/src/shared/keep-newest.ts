import type { Dirent } from 'node:fs';
import { lstat, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that is being written; nobody writes for so long. */
const TEMPORARY = /^\.(?:decoded-)?[0-9a-f]{16}$|^\.\d+-[0-9a-f]{64}$/;
const ABANDONED_MS = 3_600_000;

interface Used {
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Removes all files of a folder, and of the folders in it, but those that were used last, and what a process that was ended left half
 * written. However many names others have put there, all are seen: only those that stay are held in memory. Links are not
 * followed; other names that begin with a dot stay.
 * @param count how many stay
 * @throws Error of the file system
 */
export async function keepNewest(folder: string, count: number): Promise<void> {
  // The newest first.
  const kept: Used[] = [];
  for await (const { path, entry } of filesIn(folder)) {
    // Others remove files, too.
    const found = await lstat(path).catch(() => undefined);
    if (!found) continue;
    if (entry.name.startsWith('.')) {
      if (Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
      continue;
    }
    const file = { path, at: found.mtimeMs };
    const place = kept.findIndex(({ at }) => at < file.at);
    kept.splice(place < 0 ? kept.length : place, 0, file);
    if (kept.length <= count) continue;
    const oldest = kept.pop();
    if (oldest) await rm(oldest.path, { force: true });
  }
}

async function* filesIn(
  folder: string,
  deeper = true,
): AsyncGenerator<{ readonly path: string; readonly entry: Dirent }> {
  // Closed by the loop, however it ends.
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (!entry.name.startsWith('.') || TEMPORARY.test(entry.name)) yield { path, entry };
    } else if (deeper && !entry.name.startsWith('.')) {
      yield* filesIn(path, false);
    }
  }
}

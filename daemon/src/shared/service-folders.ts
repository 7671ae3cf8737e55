/** The folders in which the service keeps its own files (systemd.exec(5), StateDirectory= and its like). */

import type { FileHandle } from 'node:fs/promises';
import { readlink, realpath } from 'node:fs/promises';
import { sep } from 'node:path';

const FOLDERS = ['STATE_DIRECTORY', 'CACHE_DIRECTORY', 'RUNTIME_DIRECTORY'] as const;

/**
 * Whether an open file lies in one of them, whatever path and links have led to it.
 * @throws Error of the file system when the kernel does not tell where it lies
 */
export async function isOfService(
  handle: FileHandle,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const folders = FOLDERS.flatMap((name) => env[name]?.split(':') ?? []).filter((folder) => folder !== '');
  if (folders.length === 0) return false;
  const path = await readlink(`/proc/self/fd/${handle.fd}`);
  for (const folder of folders) {
    const place = await realpath(folder).catch(() => folder);
    if (path.startsWith(`${place}${sep}`)) return true;
  }
  return false;
}

/** What the store does to files; a test puts a disk in its place that fails. */
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { namesIn, readOwnFile, syncOwn } from '../../shared/own-file.js';

/** A full store has 200 entries of three files each, and a folder for each import. */
const MAX_NAMES = 4096;

export interface Disk {
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none when it is not there. More than a full store has is an error. */
  list(folder: string): Promise<string[]>;
  /** A regular file of at most `most` bytes; links are not followed. */
  read(path: string, most: number): Promise<Buffer>;
  /** Bytes of a regular file; undefined when there is none. Links are not followed: nobody but us has business there. */
  size(path: string): Promise<number | undefined>;
  write(path: string, content: Uint8Array): Promise<void>;
  /** Returns when a file or a folder's list of names is on the disk. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Also a folder with all that is in it; not an error when there is none. */
  remove(path: string): Promise<void>;
}

export const realDisk: Disk = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (folder) => namesIn(folder, MAX_NAMES).catch(missing([])),
  read: readOwnFile,
  size: async (path) => {
    const found = await lstat(path).catch(missing(undefined));
    return found?.isFile() ? found.size : undefined;
  },
  write: async (path, content) => {
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
  },
  sync: syncOwn,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
};

function missing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

/** What the store does to files; a test puts a disk in its place that fails. */
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

export interface Disk {
  makeFolder(path: string): Promise<void>;
  /** Names in a folder; none when it is not there. */
  list(folder: string): Promise<string[]>;
  read(path: string): Promise<Buffer>;
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
  list: (folder) => readdir(folder).catch(missing([])),
  read: (path) => readFile(path),
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
  sync: async (path) => {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
};

function missing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}

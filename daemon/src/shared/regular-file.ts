/**
 * Opens files that somebody else named. A descriptor made with O_PATH tells what a path means without opening it: a FIFO
 * would wait for a writer, a device might act on being opened, and the files of /proc and its like run code of the kernel
 * when they are read (open(2), statfs(2)). What was looked at is then what is opened, whatever happens to the path.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { isOfService } from './service-folders.js';

/** linux/fcntl.h; Node has no name for it. */
const O_PATH = 0o10000000;

/** linux/magic.h: file systems whose files are not stored anywhere. */
const KERNEL_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0x73636673, 'securityfs'],
  [0x62656570, 'configfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
  [0xcafe4a11, 'bpf'],
  [0x6165676c, 'pstore'],
  [0xde5e81e4, 'efivarfs'],
  [0xf97cff8c, 'selinuxfs'],
  [0x42494e4d, 'binfmt_misc'],
  [0x19800202, 'mqueue'],
]);

/** `text` follows the path in a sentence; the causes are those of the file system, with its code. */
export class NotRegular extends Error {}

/**
 * Opens a regular file that somebody named. What lies in the service's own folders is not there for them: what users imported is asked
 * for by its id, and by those whose it is.
 * @throws as openRegular
 */
export async function openNamed(path: string): Promise<FileHandle> {
  return await openRegular(path, isOfService);
}

/**
 * Opens a regular file for reading; symbolic links are followed.
 * @param isHidden whether the place that a path has led to counts as not there
 * @throws NotRegular when it is something else, and errors of open(2) as Node throws them
 */
export async function openRegular(
  path: string,
  isHidden?: (place: FileHandle) => Promise<boolean>,
): Promise<FileHandle> {
  const place = await open(path, O_PATH);
  try {
    if (await isHidden?.(place)) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    const found = await place.stat();
    if (!found.isFile()) throw new NotRegular('is not a file');
    // Of the descriptor, not of the path: another file may lie there by now.
    const opened = `/proc/self/fd/${place.fd}`;
    const kernel = KERNEL_FILE_SYSTEMS.get(Number((await statfs(opened)).type) >>> 0);
    if (kernel !== undefined) throw new NotRegular(`is a file of the kernel (${kernel})`);
    if (found.size === 0) throw new NotRegular('is empty');
    return await open(opened, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } finally {
    await place.close();
  }
}

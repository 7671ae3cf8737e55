/** Files in folders of our own. The processes that decode write there, too, so that what lies there is looked at all the same. */
import { closeSync, constants, type Dirent, fstatSync, opendirSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, opendir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A link would lead elsewhere, and a FIFO would wait for a writer. */
const CAREFUL = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
/** Of a name that has to be free: neither a link nor anything else that was put there is written to. */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READABLE_BY_US = 0o600;

/** It is there, and cannot be what was meant. `code` is as of the file system's own errors. */
export class WrongFile extends Error {
  readonly code = 'EINVAL';
}

/**
 * Reads a regular file of at most `most` bytes; a symbolic link is not followed.
 * @throws WrongFile for what is none or larger, and errors of open(2), ELOOP for a link
 */
export async function readOwnFile(path: string, most: number): Promise<Buffer> {
  const file = await openOwnFile(path, most);
  try {
    return await readAtMost(file, Math.min((await file.stat()).size, most));
  } finally {
    await file.close();
  }
}

/** As readOwnFile; the caller reads and closes it. */
export async function openOwnFile(path: string, most: number): Promise<FileHandle> {
  const file = await open(path, CAREFUL);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new WrongFile(`${path} is not a file`);
    if (found.size > most) throw new WrongFile(`${path} has ${found.size} bytes, more than ${most}`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The first bytes of a file, which may grow or shrink meanwhile. */
export async function readAtMost(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

/** As readOwnFile, for a small file at the start. */
export function readOwnFileSync(path: string, most: number): Buffer {
  const fd = openSync(path, CAREFUL);
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw new WrongFile(`${path} is not a file`);
    if (found.size > most) throw new WrongFile(`${path} has ${found.size} bytes, more than ${most}`);
    const bytes = Buffer.allocUnsafe(found.size);
    return bytes.subarray(0, readSync(fd, bytes));
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a file that only our user may read. What lies there by this name goes first: a writer that died has left it, or a link leads
 * elsewhere.
 * @throws errors of unlink(2) and open(2), EEXIST for what was put there between the two
 */
export async function createOwnFile(path: string): Promise<FileHandle> {
  await rm(path, { recursive: true, force: true });
  return await open(path, NEW, READABLE_BY_US);
}

/**
 * Gives a file of ours another content, by way of PATH.new. Readers see the old content or the new one, whole.
 * @param isLasting whether that holds after a power cut, too (fsync(2)): it takes the time of the disk
 * @throws errors of the file system, for example for a full disk; the old file stays
 */
export async function replaceOwnFile(path: string, content: string, isLasting: boolean): Promise<void> {
  const temporary = `${path}.new`;
  const file = await createOwnFile(temporary);
  try {
    await file.writeFile(content);
    if (isLasting) await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  if (isLasting) await syncOwn(dirname(path));
}

/**
 * Returns when a file's content or a folder's list of names is on the disk.
 * @throws errors of open(2) and fsync(2), ELOOP for a link
 */
export async function syncOwn(path: string): Promise<void> {
  const file = await open(path, CAREFUL);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * What lies in a folder, in no order.
 * @throws WrongFile when there are more than `most`; no more than that are read
 */
export async function entriesIn(folder: string, most: number): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  // Closed by the loop, however it ends.
  for await (const entry of await opendir(folder)) {
    if (entries.push(entry) > most) throw new WrongFile(`${folder} has more than ${most} entries`);
  }
  return entries;
}

/** As entriesIn: the names alone. */
export async function namesIn(folder: string, most: number): Promise<string[]> {
  return (await entriesIn(folder, most)).map(({ name }) => name);
}

/** As namesIn, at the start of a child. */
export function namesInSync(folder: string, most: number): string[] {
  const names: string[] = [];
  const open = opendirSync(folder);
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      if (names.push(entry.name) > most) throw new WrongFile(`${folder} has more than ${most} entries`);
    }
  } finally {
    open.closeSync();
  }
  return names;
}

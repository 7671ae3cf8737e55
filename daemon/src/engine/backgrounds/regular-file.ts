import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { BackscrubError } from '../../shared/errors.js';

/**
 * Opens a file without ever blocking on a FIFO or touching a device.
 * @throws BackscrubError UnknownBackground when there is none, BadImage when it is no file or may not be read
 */
export async function openRegular(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const found = await handle.stat();
    // Files of /proc have no size before they are read, and are nobody's background.
    if (found.isFile() && !/^\/(?:proc|sys)\//.test(path)) return handle;
    throw new BackscrubError('BadImage', `${path} is not a file: give the path of an image or video.`);
  } catch (error) {
    await handle.close();
    throw unreadable(path, error);
  }
}

/** The error for a file that could not be opened or read. */
export function unreadable(path: string, error: unknown): BackscrubError {
  if (error instanceof BackscrubError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new BackscrubError('UnknownBackground', `There is no file ${path}.`);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new BackscrubError(
      'BadImage',
      `${path} cannot be read by the service's user: put it where everybody may read it.`,
    );
  }
  return new BackscrubError('BadImage', `${path} cannot be read (${code ?? String(error)}).`);
}

import type { FileHandle } from 'node:fs/promises';
import { BackscrubError } from '../../shared/errors.js';
import * as shared from '../../shared/regular-file.js';

/**
 * Opens a file that somebody named, and nothing but a file.
 * @throws BackscrubError UnknownBackground when there is none, BadImage when it is no file or may not be read
 */
export async function openRegular(path: string): Promise<FileHandle> {
  return await opened(path, shared.openRegular);
}

/** As openRegular, for what a caller of the service named. */
export async function openNamed(path: string): Promise<FileHandle> {
  return await opened(path, shared.openNamed);
}

async function opened(path: string, open: (path: string) => Promise<FileHandle>): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if (error instanceof shared.NotRegular) {
      throw new BackscrubError('BadImage', `${path} ${error.message}: give the path of an image or video.`);
    }
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

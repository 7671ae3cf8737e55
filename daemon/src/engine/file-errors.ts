import { BackscrubError } from '../shared/errors.js';

/** Turns an error of the file system into words for the person who named the file. */
export function fileError(error: unknown, path: string, action: 'read' | 'written'): BackscrubError {
  if (error instanceof BackscrubError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new BackscrubError(
        'InvalidArgs',
        action === 'read'
          ? `There is no file ${path}: check its name.`
          : `${path} cannot be written: its directory does not exist. Make it first, or name another.`,
      );
    case 'EISDIR':
      return new BackscrubError('InvalidArgs', `${path} is a directory: name a file.`);
    case 'EACCES':
    case 'EPERM':
      return new BackscrubError(
        'InvalidArgs',
        `${path} may not be ${action}: check the permissions of it and its directory.`,
      );
    case 'EROFS':
      return new BackscrubError('InvalidArgs', `${path} may not be written: the file system is read-only.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return new BackscrubError(
        'Failed',
        `${path} cannot be written: the disk is full. Make room, then try again.`,
      );
    default:
      return new BackscrubError('Failed', `${path} cannot be ${action} (${code ?? String(error)}).`);
  }
}

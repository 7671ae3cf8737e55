/** Reads what the user wants to give to the service, with the user's own rights. */
import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { NotRegular, openRegular } from '../shared/regular-file.js';
import { MAX_IMPORT_BYTES, MAX_NAME } from '../shared/stored-background.js';
import { EXIT, Failure, messageOf } from './failure.js';

const MIB = 1024 * 1024;

/**
 * @param path absolute
 * @param shown as the user has written it
 * @throws Failure
 */
export async function readImport(path: string, shown: string): Promise<Buffer> {
  try {
    const handle = await openRegular(path);
    try {
      const { size } = await handle.stat();
      if (size > MAX_IMPORT_BYTES) throw tooLarge(size, shown);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(EXIT.failed, `${shown} ${reason(error)}.`);
  }
}

function tooLarge(size: number, shown: string): Failure {
  const limit = MAX_IMPORT_BYTES / MIB;
  return new Failure(
    EXIT.failed,
    `${shown} has ${(size / MIB).toFixed(1)} MiB; at most ${limit} MiB can be added.`,
    `A picture: save it smaller, 1920x1080 pixels are enough.\nA clip: ffmpeg -i ${shown} -t 30 -vf scale=1280:-2 -an shorter.mp4`,
  );
}

function reason(error: unknown): string {
  if (error instanceof NotRegular) return error.message;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'is not there: check its name';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by you: check its permissions';
    default:
      return `cannot be read (${messageOf(error)})`;
  }
}

/** The name of a file as the name of a background. */
export function nameOfFile(file: string): string {
  const bare = basename(file, extname(file)).replaceAll('_', ' ');
  const printable = bare.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim();
  return [...printable].slice(0, MAX_NAME).join('').trim() || 'Background';
}

/** Never over another file. @throws Failure */
export async function writeNew(path: string, shown: string, content: Uint8Array): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const text = exists ? 'is there already: name another file' : `cannot be written (${messageOf(error)})`;
    throw new Failure(EXIT.failed, `${shown} ${text}.`);
  }
}

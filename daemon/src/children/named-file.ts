/** A file that a caller of the service has named, as backscrub-confine tells of it (native/src/confine/named_file.h). */
import { constants } from 'node:os';
import { BackscrubError } from '../shared/errors.js';

/** What tells a file in its present state from all others; as Stats of node:fs has it. */
export interface FileStamp {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/**
 * What backscrub-confine says of a file.
 * @param line as in native/src/confine/named_file.h; something else when it did not get so far
 * @throws BackscrubError UnknownBackground when there is none or it may not be read, BadImage when it is no regular file, or
 *   nothing was said in time
 */
export function parseFound(path: string, line: string | undefined): FileStamp {
  const { ok, errno, is, ...facts } = parse(line);
  if (typeof is === 'string') throw new BackscrubError('BadImage', `${path} ${is}; give an image file.`);
  if (typeof errno === 'number') throw unreached(path, errno);
  const stamp = ok === true ? parseStamp(facts) : undefined;
  if (stamp) return stamp;
  throw new BackscrubError(
    'BadImage',
    'The file could not be opened in time: where it lies nothing answers; give another.',
  );
}

function parse(line = ''): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function parseStamp(facts: Readonly<Record<string, unknown>>): FileStamp | undefined {
  const [dev, ino, size, mtime, ctime] = ['dev', 'ino', 'size', 'mtime', 'ctime'].map((name) => {
    const text = facts[name];
    return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  });
  if (dev === undefined || ino === undefined || size === undefined) return undefined;
  if (mtime === undefined || ctime === undefined) return undefined;
  const [mtimeMs, ctimeMs] = [milliseconds(mtime), milliseconds(ctime)];
  return { dev: Number(dev), ino: Number(ino), size: Number(size), mtimeMs, ctimeMs };
}

/** The very number that Node makes of it: a stamp is compared with one of node:fs. */
function milliseconds(nanoseconds: bigint): number {
  const second = 1_000_000_000n;
  return Number(nanoseconds / second) * 1000 + Number(nanoseconds % second) / 1_000_000;
}

function unreached(path: string, errno: number): BackscrubError {
  const denied = errno === constants.errno.EACCES;
  const text = denied ? `The service's own user may not read ${path}.` : `There is no file ${path}.`;
  return new BackscrubError('UnknownBackground', `${text} ${advice(path, denied)}`);
}

/** The service's sandbox hides some places (systemd/backscrub.service). */
function advice(path: string, denied: boolean): string {
  if (/^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path)) {
    return 'It sees no home directories and has a /tmp of its own; put the image elsewhere, for example into /usr/local/share.';
  }
  return denied ? 'Make the file and its folders readable for everyone.' : 'Check the path.';
}

/**
 * Looks at a path that a caller of the service has named, in a process that may be given up: where a file system does not answer any
 * more, that takes for ever. backscrub-confine does it by itself (native/src/confine/named_file.h), in a hundredth of the time that a
 * Node takes to start.
 */
import { hearHelper } from './ask-helper.js';
import { spawnLook } from './confined.js';
import { type FileStamp, parseFound } from './named-file.js';

/** Starting the process takes longer than opening a file that is there. */
const LIMIT_MS = 5000;

/**
 * Whether a path leads to a file that can be opened.
 * @throws BackscrubError as parseFound
 */
export async function reachFile(path: string): Promise<FileStamp> {
  const child = spawnLook(path, { stdio: ['ignore', 'pipe', 'ignore'] });
  return parseFound(path, await hearHelper(child, LIMIT_MS));
}

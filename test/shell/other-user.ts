/** Programs of the tree as another user. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/private-bus.js';
import type { ShellBed } from './shell-bed.js';

/** The tree may lie in a home that is closed to others: what runs here sees it in the bed's folder. */
const ENTER = 'mount --bind "$1" "$2" && shift 2 && exec setpriv "$@"';

/** The command line, after `unshare`, of a program of daemon/bin with a user's rights: one process, which can be killed. */
export function asUser(bed: ShellBed, uid: number, program: string, ...words: readonly string[]): string[] {
  const tree = join(bed.directory, 'tree');
  mkdirSync(tree, { recursive: true });
  return [
    ...['--mount', 'sh', '-c', ENTER, 'sh', ROOT, tree],
    ...['--reuid', `${uid}`, '--regid', `${uid}`, '--clear-groups'],
    ...[process.execPath, join(tree, 'daemon/bin', program), ...words],
  ];
}

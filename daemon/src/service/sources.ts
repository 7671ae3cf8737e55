/** The files and folders behind an answer, looked at to see whether it is still good. */
import { readFileSync, type Stats, type StatsFs, stat, statfs, statSync } from 'node:fs';
import { after } from '../shared/patient-timer.js';

/** Where the wait for a thread is long, on a busy machine. */
const LIMIT_MS = 1000;
const MOUNTS = '/proc/self/mountinfo';
/**
 * linux/magic.h, f_type: file systems of this machine, which answer as long as its disks do. Of any other, and of one that nobody has
 * named here, nothing is kept.
 */
const LOCAL = new Set([
  ...[0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0xca451a4e, 0x4d44, 0x3153464a, 0x52654973],
  // tmpfs and devtmpfs, ramfs, overlayfs, squashfs, erofs.
  ...[0x01021994, 0x858458f6, 0x794c7630, 0x73717368, 0xe0f5e1e2],
]);

type Answer<T> = (error: unknown, found: T) => void;

/** What a test puts something in the place of. */
export interface FileSystem {
  stat(path: string, answer: Answer<Stats>): void;
  statfs(path: string, answer: Answer<StatsFs>): void;
}

/** How they were when an answer was read from them. */
export interface Look {
  readonly paths: readonly string[];
  /** For each path what tells a change of it. */
  readonly words: readonly string[];
  readonly mounts: string;
  /** When the last change was, milliseconds since 1970. */
  readonly changed: number;
}

/**
 * They lie where an administrator has put them, and a file system may not answer any more. A thread that asks it then is lost until
 * it does, and the process has few: so the files are asked about one after the other, and while one is waited for, nothing else is.
 */
export class Sources {
  readonly #files: FileSystem;
  readonly #limit: number;
  #last: Promise<unknown> = Promise.resolve();
  #hangs = false;

  constructor(files: FileSystem = { stat, statfs }, limit = LIMIT_MS) {
    this.#files = files;
    this.#limit = limit;
  }

  /** @returns undefined when they are not all of this machine, or do not answer in time */
  async look(paths: readonly string[]): Promise<Look | undefined> {
    if (this.#hangs) return undefined;
    const look = this.#last.then(() => this.#lookAt(paths));
    this.#last = look;
    let cancel = (): void => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = after(this.#limit, () => {
        this.#hangs = true;
        resolve(undefined);
      });
    });
    void look.then(() => {
      cancel();
      this.#hangs = false;
    });
    return await Promise.race([look, late]);
  }

  async #lookAt(paths: readonly string[]): Promise<Look | undefined> {
    // Before anything else: what is mounted meanwhile is a change.
    const mounts = mountTable();
    const words: string[] = [];
    let changed = 0;
    for (const path of paths) {
      const found = await ask<Stats>((answer) => this.#files.stat(path, answer));
      words.push(wordOf(found));
      if (!found) continue;
      changed = Math.max(changed, found.mtimeMs, found.ctimeMs);
      const system = await ask<StatsFs>((answer) => this.#files.statfs(path, answer));
      if (!system || !LOCAL.has(system.type >>> 0)) return undefined;
    }
    return { paths, words, mounts, changed };
  }
}

/**
 * Whether nothing has changed since. At once, without a thread for each file: that would cost a hundred times as much, and on a busy
 * machine the wait for it. What was looked at is of this machine; what leads elsewhere by now shows before it is asked about, in the
 * table of mounts or in the folder that comes before the files in it.
 */
export function isUnchanged({ paths, words, mounts }: Look): boolean {
  return mounts === mountTable() && paths.every((path, index) => wordOf(statusOf(path)) === words[index]);
}

/** The kernel makes it of its own memory. */
function mountTable(): string {
  try {
    return readFileSync(MOUNTS, 'utf8');
  } catch {
    return '';
  }
}

function wordOf(found: Stats | undefined): string {
  if (!found) return '-';
  const { ino, mode, uid, gid, size, mtimeMs, ctimeMs } = found;
  return [ino, mode, uid, gid, size, mtimeMs, ctimeMs].join();
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function ask<T>(question: (answer: Answer<T>) => void): Promise<T | undefined> {
  return new Promise((resolve) => question((error, found) => resolve(error ? undefined : found)));
}

/** One for the whole process: each would lose a thread of its own. */
export const sources = new Sources();

/** Whose backgrounds lie where: a user's in a folder of their own, what earlier versions imported, which is everybody's, above them. */
import { join } from 'node:path';
import type { Log } from '../../shared/log.js';
import { ownerOf, type StoredBackground, userFolder } from '../../shared/stored-background.js';
import type { Disk } from './disk.js';
import { BackgroundFolder, type DamagedBackground } from './folder.js';

/** Sees what everybody has. */
export const ROOT = 0;

/** What one user finds. */
export interface Seen {
  /** Oldest first. */
  readonly entries: readonly StoredBackground[];
  readonly damaged: readonly DamagedBackground[];
}

/** Its methods must not overlap with those of a folder of it. */
export class BackgroundFolders {
  /** Of nobody; work folders are made here, too. */
  readonly common: BackgroundFolder;
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #own = new Map<number, BackgroundFolder>();

  constructor(path: string, disk: Disk, log: Log) {
    this.common = new BackgroundFolder(path, disk, log);
    this.#disk = disk;
    this.#log = log;
  }

  /** The folder with a user's own; it need not be there. */
  of(user: number): BackgroundFolder {
    let folder = this.#own.get(user);
    if (folder === undefined) {
      folder = new BackgroundFolder(join(this.common.path, userFolder(user)), this.#disk, this.#log);
      this.#own.set(user, folder);
    }
    return folder;
  }

  async all(): Promise<readonly BackgroundFolder[]> {
    const owners = (await this.#disk.list(this.common.path)).flatMap((name) => ownerOf(name) ?? []);
    return [...owners.sort((a, b) => a - b).map((user) => this.of(user)), this.common];
  }

  /** Where a user finds something: the user's own first, which hides what is the same elsewhere. */
  async seenBy(user: number): Promise<readonly BackgroundFolder[]> {
    if (user !== ROOT) return [this.of(user), this.common];
    const own = this.of(ROOT);
    return [own, ...(await this.all()).filter((folder) => folder !== own)];
  }

  /** Sets damaged entries aside. */
  async scan(user: number): Promise<Seen> {
    const entries = new Map<string, StoredBackground>();
    const damaged = new Map<string, DamagedBackground>();
    for (const contents of await Promise.all((await this.seenBy(user)).map((folder) => folder.scan()))) {
      for (const entry of contents.entries) if (!entries.has(entry.id)) entries.set(entry.id, entry);
      for (const row of contents.damaged) if (!damaged.has(row.id)) damaged.set(row.id, row);
    }
    return {
      entries: [...entries.values()].sort(byAge),
      damaged: [...damaged.values()].filter(({ id }) => !entries.has(id)),
    };
  }
}

function byAge(a: StoredBackground, b: StoredBackground): number {
  return a.importedAt < b.importedAt ? -1 : a.importedAt > b.importedAt ? 1 : 0;
}

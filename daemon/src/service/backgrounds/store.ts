/** The backgrounds that can be chosen: those that come with Backscrub and those that were imported, by whom. */
import type { CacheFolder } from '../../shared/cache-folder.js';
import { removeFormerCaches } from '../../shared/derived-caches.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import type { BackgroundFolder, Contents } from './folder.js';
import { type BackgroundFolders, ROOT } from './folders.js';
import { checkUserQuota, checkWholeQuota, QUOTAS, type Quotas } from './limits.js';
import type { MediaDecoder } from './media-child.js';
import type { GalleryRow } from './row.js';
import type { Thumbnails } from './thumbnails.js';
import { Shared, Turns } from './turns.js';
import { UserBackgrounds } from './user-backgrounds.js';

/** Imports that may wait for each other. */
const MAX_IMPORTS = 8;
/** Users whose lists are kept. */
const MAX_USERS = 64;

export interface StoreParts {
  readonly folders: BackgroundFolders;
  /** With what is derived of backgrounds. */
  readonly caches: readonly CacheFolder[];
  readonly decoder: MediaDecoder;
  readonly thumbnails: Thumbnails;
  /** The built-in ones. @throws BackscrubError Failed */
  readonly gallery: () => Promise<readonly GalleryRow[]>;
  readonly log: Log;
  readonly quotas?: Quotas;
}

export class BackgroundStore {
  readonly parts: StoreParts;
  readonly imports = new Turns(MAX_IMPORTS);
  readonly importing = new Shared<string>();
  readonly #quotas: Quotas;
  /** For what must not overlap on the disk; short, unlike decoding. */
  readonly #disk = new Turns();
  readonly #users = new Map<number, UserBackgrounds>();
  #gallery: readonly GalleryRow[] | undefined;

  constructor(parts: StoreParts) {
    this.parts = parts;
    this.#quotas = parts.quotas ?? QUOTAS;
  }

  /** What a user sees and may do; root sees what everybody has. */
  of(user: number): UserBackgrounds {
    let found = this.#users.get(user);
    if (found === undefined) {
      for (const oldest of this.#users.keys()) {
        if (this.#users.size < MAX_USERS) break;
        this.#users.delete(oldest);
      }
      found = new UserBackgrounds(user, this);
      this.#users.set(user, found);
    }
    return found;
  }

  /** For one piece of work on the disk at a time. @throws BackscrubError Failed in words when the disk fails */
  async onDisk<T>(work: () => Promise<T>): Promise<T> {
    return await this.#disk.take(() => this.guarded(work));
  }

  /**
   * What no other version or life of the service left behind stays: caches of earlier versions, what is derived of backgrounds
   * that are gone, the rest of imports that were cut off. What is there may have something derived from now on.
   */
  async tidy(): Promise<void> {
    try {
      await removeFormerCaches();
      await this.onDisk(async () => {
        const { entries } = await this.parts.folders.scan(ROOT);
        const ids = new Set(entries.map(({ id }) => id));
        for (const cache of this.parts.caches) {
          await cache.retain(ids);
          for (const id of ids) await cache.admit(id);
        }
      });
    } catch (error) {
      // It is tried again at the next start.
      const reason = error instanceof Error ? error.message : String(error);
      this.parts.log('warning', `what is kept of backgrounds could not be tidied: ${reason}`);
    }
  }

  /** What is derived of it may be kept. On the disk's turn, when it is there. */
  async admit(id: string): Promise<void> {
    // Without a cache everything works, only more slowly.
    for (const cache of this.parts.caches) await cache.admit(id).catch(() => {});
  }

  /** Nothing that was derived of it is left when this returns. On the disk's turn. @throws Error of the file system */
  async forgetDerived(id: string): Promise<void> {
    for (const cache of this.parts.caches) await cache.forget(id);
  }

  /** To be called after each change: nobody gets a list from before. */
  changed(): void {
    for (const user of this.#users.values()) user.forget();
  }

  /**
   * Whether one more fits, of this size, into a user's share and the whole store. On the disk's turn.
   * @throws BackscrubError LimitsExceeded
   */
  async checkQuotas(own: BackgroundFolder, id: string, bytes: number): Promise<void> {
    const mine = await own.scan();
    checkUserQuota(countWith(mine, id), mine.bytes + bytes, this.#quotas.user);
    let entries = countWith(mine, id);
    let sum = mine.bytes + bytes;
    for (const folder of await this.parts.folders.all()) {
      if (folder === own) continue;
      const other = await folder.scan();
      entries += other.entries.length + other.damaged.length;
      sum += other.bytes;
    }
    checkWholeQuota(entries, sum, this.#quotas.all);
  }

  /** @throws BackscrubError Failed */
  async galleryRows(): Promise<readonly GalleryRow[]> {
    this.#gallery ??= await this.parts.gallery();
    return this.#gallery;
  }

  /** Turns what the disk says into words. */
  async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof BackscrubError || !(error instanceof Error) || !('code' in error)) throw error;
      this.parts.log('error', `${this.parts.folders.common.path}: ${error.message}`);
      throw new BackscrubError('Failed', diskText(String(error.code)));
    }
  }
}

/** How many there are when this one is added; it takes the place of one that was set aside. */
function countWith({ entries, damaged }: Contents, id: string): number {
  return entries.length + damaged.filter((other) => other.id !== id).length + 1;
}

function diskText(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return "The disk of the service's state is full. Make room, then try again.";
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `The service may not write its own state (${code}). See: journalctl -b -u backscrub`;
    default:
      return `The disk of the service's state fails (${code}). See: journalctl -b -u backscrub`;
  }
}

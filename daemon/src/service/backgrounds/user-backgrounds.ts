/** The store as one user has it. What others imported is not there: not in the list, nor under its id. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { isBackgroundId, type StoredBackground } from '../../shared/stored-background.js';
import { keepLast } from '../keep-last.js';
import { KeptAnswer } from '../kept-answer.js';
import { shorten } from '../session/settle.js';
import { checkData, type ImportOptions, parseName, parseOptions, parseThumbnailSize } from './arguments.js';
import type { BackgroundFolder } from './folder.js';
import { ROOT, type Seen } from './folders.js';
import { damagedDictionary, type GalleryRow, galleryDictionary, storedDictionary } from './row.js';
import type { BackgroundStore } from './store.js';
import { checkThumbnail, type Thumbnail } from './thumbnail.js';

/** Bytes that are hashed in one go: a millisecond or two, then somebody else has a turn. */
const HASH_STEP = 1 << 20;
const STORED_THUMBNAIL = 320;
/** The disk is read again although its folders look the same: a file may have been damaged. */
const LISTED = { fresh: 30_000, usable: 60_000 } as const;

export class UserBackgrounds {
  readonly #user: number;
  readonly #store: BackgroundStore;
  /** For callers that change nothing; the others read the disk. */
  readonly #listed: KeptAnswer<Seen>;
  readonly #dictionaries = keepLast(toDictionaries);

  /** @param user the number of one; root sees what everybody has */
  constructor(user: number, store: BackgroundStore) {
    this.#user = user;
    this.#store = store;
    const { folders } = store.parts;
    this.#listed = new KeptAnswer(
      () =>
        store.onDisk(async () => {
          const value = await folders.scan(user);
          return { value, sources: (await folders.seenBy(user)).flatMap((folder) => folder.folders) };
        }),
      LISTED,
    );
  }

  /** @returns the id. @throws BackscrubError InvalidArgs, LimitsExceeded, BadImage, Failed */
  async import(name: string, data: Uint8Array, options: Readonly<Record<string, Variant>>): Promise<string> {
    const label = parseName(name);
    const checked = parseOptions(options);
    checkData(data);
    const id = await idOf(data, checked);
    const { importing, imports } = this.#store;
    return await importing.get(`${this.#user} ${id}`, () =>
      imports.take(() => this.#store.guarded(() => this.#import(id, label, data, checked))),
    );
  }

  /** @throws BackscrubError UnknownBackground, Failed */
  async remove(id: string): Promise<void> {
    const { folders, thumbnails, log } = this.#store.parts;
    await this.#store.onDisk(async () => {
      const mine: BackgroundFolder[] = [];
      const others: BackgroundFolder[] = [];
      const seen = new Set(await folders.seenBy(this.#user));
      for (const folder of await folders.all()) {
        if (await folder.has(id)) (seen.has(folder) ? mine : others).push(folder);
      }
      if (mine.length === 0) throw unknown(id);
      try {
        // First, so that it is tried again with the rest when the disk fails.
        await this.#store.forgetDerived(id);
        for (const folder of mine) await folder.remove(id);
        // A thumbnail that is being made lies in a file; the next one finds no picture.
        await thumbnails.settled(id);
      } finally {
        this.#store.changed();
        if (others.length > 0) await this.#store.admit(id);
      }
    });
    log('info', `background ${id} is removed`);
  }

  /** @throws BackscrubError InvalidArgs for what is built-in, UnknownBackground, Failed */
  async requireRemovable(id: string): Promise<void> {
    if (id.startsWith('builtin:')) {
      throw new BackscrubError('InvalidArgs', `${shorten(id)} is built-in and cannot be removed.`);
    }
    const { entries, damaged } = isBackgroundId(id) ? await this.#listed.get() : NOTHING;
    if (![...entries, ...damaged].some((entry) => entry.id === id)) throw unknown(id);
  }

  /** @throws BackscrubError UnknownBackground for an id of an imported one that is not there for this user, Failed */
  async requireSeen(background: string): Promise<void> {
    if (!isBackgroundId(background)) return;
    const { entries } = await this.#listed.get();
    if (!entries.some(({ id }) => id === background)) throw unknown(background);
  }

  /** Whether what is remembered can still be shown: what this user sees, or root has chosen of root's own; all that is not imported. */
  async keeps(background: string): Promise<boolean> {
    if (!isBackgroundId(background)) return true;
    try {
      const { entries } = await this.#listed.get();
      if (entries.some(({ id }) => id === background)) return true;
      const own = this.#store.parts.folders.of(ROOT);
      return await this.#store.onDisk(async () =>
        (await own.scan()).entries.some(({ id }) => id === background),
      );
    } catch {
      return false;
    }
  }

  /** Whether another user would still see it when this one has removed it. */
  async isLeftFor(id: string, other: number): Promise<boolean> {
    const { folders } = this.#store.parts;
    return await this.#store.onDisk(async () => {
      const mine = new Set(await folders.seenBy(this.#user));
      for (const folder of await folders.seenBy(other))
        if (!mine.has(folder) && (await folder.has(id))) return true;
      return false;
    });
  }

  /** @throws BackscrubError Failed */
  async list(): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#dictionaries(...(await Promise.all([this.#store.galleryRows(), this.#listed.get()])));
  }

  /** Somebody has changed something. */
  forget(): void {
    this.#listed.forget();
  }

  /**
   * @param background an id, or what the engine can draw
   * @throws BackscrubError InvalidArgs, UnknownBackground, BadImage, LimitsExceeded, Failed
   */
  async thumbnail(background: string, size: number): Promise<Thumbnail> {
    const width = parseThumbnailSize(size);
    if (background.startsWith('/')) {
      throw new BackscrubError(
        'UnknownBackground',
        'There are no thumbnails of paths; import the file to see one.',
      );
    }
    await this.requireSeen(background);
    if (isBackgroundId(background) && width === STORED_THUMBNAIL) {
      const stored = await this.#storedThumbnail(background);
      if (stored) return stored;
    }
    return await this.#store.guarded(() => this.#store.parts.thumbnails.get(background, width));
  }

  /** Undefined when there is none that can be shown: another one is made of the picture then. */
  async #storedThumbnail(id: string): Promise<Thumbnail | undefined> {
    for (const folder of await this.#store.parts.folders.seenBy(this.#user)) {
      const bytes = await folder.readStoredThumbnail(id);
      const stored = bytes && (await checkThumbnail(bytes, STORED_THUMBNAIL).catch(() => undefined));
      if (stored) return stored;
    }
    return undefined;
  }

  async #import(id: string, name: string, data: Uint8Array, { focus }: ImportOptions): Promise<string> {
    const { folders, decoder, log } = this.#store.parts;
    const own = folders.of(this.#user);
    const isThere = await this.#store.onDisk(async () => {
      const { entries } = await own.scan();
      if (entries.some((entry) => entry.id === id)) {
        await this.#adopt(id);
        return true;
      }
      await this.#store.checkQuotas(own, id, 1);
      return false;
    });
    if (isThere) return id;
    const work = await folders.common.makeWork();
    try {
      await folders.common.writeInput(work, data);
      const picture = await decoder.importFile(work, focus);
      const size = await folders.common.sizeIn(work, 'picture');
      const thumbnail = await folders.common.sizeIn(work, 'thumbnail');
      if (!size || !thumbnail) {
        throw new BackscrubError('Failed', 'The import process has left no picture behind.');
      }
      await checkThumbnail(await folders.common.readThumbnail(work), STORED_THUMBNAIL).catch(() => {
        throw new BackscrubError('Failed', 'The import process has left no usable thumbnail behind.');
      });
      const importedAt = new Date().toISOString();
      const entry: StoredBackground = { id, name, ...picture, bytes: size, importedAt };
      await this.#store.onDisk(async () => {
        await this.#store.checkQuotas(own, id, size + thumbnail);
        await own.commit(work, entry);
        await this.#store.admit(id);
        await this.#adopt(id);
      });
      log('info', `background ${id} is imported: ${entry.kind}, ${entry.width}x${entry.height}`);
      return id;
    } finally {
      await folders.common.removeWork(work).catch(() => {});
    }
  }

  /** What belonged to nobody is now this user's alone, who has it already. */
  async #adopt(id: string): Promise<void> {
    const { common } = this.#store.parts.folders;
    if (await common.has(id)) await common.remove(id);
    this.#store.changed();
  }
}

const NOTHING: Seen = { entries: [], damaged: [] };

/** What ListBackgrounds answers: what comes with the engine first. */
function toDictionaries(
  gallery: readonly GalleryRow[],
  { entries, damaged }: Seen,
): Record<string, Variant>[] {
  return [
    ...gallery.map(galleryDictionary),
    ...entries.map(storedDictionary),
    ...damaged.map(damagedDictionary),
  ];
}

/** Of the content and of every option that changes what is stored: the first half of a SHA-256 in hexadecimal digits. */
async function idOf(data: Uint8Array, options: ImportOptions): Promise<string> {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify(options.focus)}\n`);
  for (let at = 0; at < data.length; at += HASH_STEP) {
    if (at > 0) await setImmediate();
    hash.update(data.subarray(at, at + HASH_STEP));
  }
  return hash.digest('hex').slice(0, 32);
}

function unknown(id: string): BackscrubError {
  return new BackscrubError(
    'UnknownBackground',
    `There is no background "${shorten(id)}"; ListBackgrounds (backscrubctl background list) names the ones there are.`,
  );
}

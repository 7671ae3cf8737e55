/** The backgrounds that can be chosen: those that come with Backscrub and those that were imported. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { isBackgroundId, type StoredBackground } from '../../shared/stored-background.js';
import { keepLast } from '../keep-last.js';
import { KeptAnswer } from '../kept-answer.js';
import { shorten } from '../session/settle.js';
import { checkData, type ImportOptions, parseName, parseOptions, parseThumbnailSize } from './arguments.js';
import type { BackgroundFolder, Contents } from './folder.js';
import { checkQuota, QUOTA, type Quota } from './limits.js';
import type { MediaDecoder } from './media-child.js';
import { damagedDictionary, type GalleryRow, galleryDictionary, storedDictionary } from './row.js';
import type { Thumbnails } from './thumbnails.js';
import { Shared, Turns } from './turns.js';

/** Imports that may wait for each other. */
const MAX_IMPORTS = 8;
/** Bytes that are hashed in one go: a millisecond or two, then somebody else has a turn. */
const HASH_STEP = 1 << 20;
const STORED_THUMBNAIL = 320;
/** The disk is read again although its folders look the same: a file may have been damaged. */
const LISTED = { fresh: 30_000, usable: 60_000 } as const;

export interface StoreParts {
  readonly folder: BackgroundFolder;
  readonly decoder: MediaDecoder;
  readonly thumbnails: Thumbnails;
  /** The built-in ones. @throws BackscrubError Failed */
  readonly gallery: () => Promise<readonly GalleryRow[]>;
  readonly log: Log;
  readonly quota?: Quota;
}

export class BackgroundStore {
  readonly #parts: StoreParts;
  readonly #quota: Quota;
  readonly #imports = new Turns(MAX_IMPORTS);
  /** For what must not overlap on the disk; short, unlike decoding. */
  readonly #disk = new Turns();
  readonly #importing = new Shared<string>();
  /** For whoever only looks; what changes something reads the disk. */
  readonly #listed: KeptAnswer<Contents>;
  readonly #dictionaries = keepLast(toDictionaries);
  #gallery: readonly GalleryRow[] | undefined;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#listed = new KeptAnswer(
      async () => ({ value: await this.#scan(), sources: parts.folder.folders }),
      LISTED,
    );
    this.#quota = parts.quota ?? QUOTA;
  }

  /** @returns the id. @throws BackscrubError InvalidArgs, LimitsExceeded, BadImage, Failed */
  async import(name: string, data: Uint8Array, options: Readonly<Record<string, Variant>>): Promise<string> {
    const label = parseName(name);
    const checked = parseOptions(options);
    checkData(data);
    const id = await idOf(data, checked);
    return await this.#importing.get(id, () =>
      this.#imports.take(() => this.#guarded(() => this.#import(id, label, data, checked))),
    );
  }

  /** @throws BackscrubError InvalidArgs, UnknownBackground, Failed */
  async remove(id: string): Promise<void> {
    await this.#disk.take(() =>
      this.#guarded(async () => {
        const { entries, damaged } = await this.#parts.folder.scan();
        if (![...entries, ...damaged].some((entry) => entry.id === id)) throw unknown(id);
        await this.#parts.folder.remove(id);
        this.#listed.forget();
      }),
    );
    this.#parts.log('info', `background ${id} is removed`);
  }

  /** The form of an id alone decides. @throws BackscrubError InvalidArgs, UnknownBackground */
  checkRemovable(id: string): void {
    if (id.startsWith('builtin:')) {
      throw new BackscrubError('InvalidArgs', `${shorten(id)} is built-in and cannot be removed.`);
    }
    if (!isBackgroundId(id)) throw unknown(id);
  }

  /** @throws BackscrubError Failed */
  async list(): Promise<readonly Readonly<Record<string, Variant>>[]> {
    return this.#dictionaries(...(await Promise.all([this.#galleryRows(), this.#listed.get()])));
  }

  /**
   * @param background an id, or what the engine can draw
   * @throws BackscrubError InvalidArgs, UnknownBackground, BadImage, LimitsExceeded, Failed
   */
  async thumbnail(background: string, size: number): Promise<Uint8Array> {
    const width = parseThumbnailSize(size);
    if (background.startsWith('/')) {
      throw new BackscrubError(
        'UnknownBackground',
        'There are no thumbnails of paths; import the file to see one.',
      );
    }
    if (isBackgroundId(background)) {
      const { entries } = await this.#listed.get();
      if (!entries.some(({ id }) => id === background)) throw unknown(background);
      const stored = width === STORED_THUMBNAIL && (await this.#parts.folder.readStoredThumbnail(background));
      if (stored) return stored;
    }
    return await this.#guarded(() => this.#parts.thumbnails.get(background, width));
  }

  async #scan() {
    return await this.#disk.take(() => this.#guarded(() => this.#parts.folder.scan()));
  }

  async #galleryRows(): Promise<readonly GalleryRow[]> {
    this.#gallery ??= await this.#parts.gallery();
    return this.#gallery;
  }

  async #import(id: string, name: string, data: Uint8Array, { focus }: ImportOptions): Promise<string> {
    const { folder, decoder, log } = this.#parts;
    const found = await this.#scan();
    if (found.entries.some((entry) => entry.id === id)) return id;
    checkQuota(countWith(found, id), found.bytes + 1, this.#quota);
    const work = await folder.makeWork();
    try {
      await folder.writeInput(work, data);
      const picture = await decoder.importFile(work, focus);
      const size = await folder.sizeIn(work, 'picture');
      const thumbnail = await folder.sizeIn(work, 'thumbnail');
      if (!size || !thumbnail) {
        throw new BackscrubError('Failed', 'The import process has left no picture behind.');
      }
      const importedAt = new Date().toISOString();
      const entry: StoredBackground = { id, name, ...picture, bytes: size, importedAt };
      await this.#disk.take(async () => {
        const now = await folder.scan();
        checkQuota(countWith(now, id), now.bytes + size + thumbnail, this.#quota);
        await folder.commit(work, entry);
        this.#listed.forget();
      });
      log('info', `background ${id} is imported: ${entry.kind}, ${entry.width}x${entry.height}`);
      return id;
    } finally {
      await folder.removeWork(work).catch(() => {});
    }
  }

  /** Turns what the disk says into words. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof BackscrubError || !(error instanceof Error) || !('code' in error)) throw error;
      this.#parts.log('error', `${this.#parts.folder.path}: ${error.message}`);
      throw new BackscrubError('Failed', diskText(String(error.code)));
    }
  }
}

/** What ListBackgrounds answers: what comes with the engine first. */
function toDictionaries(
  gallery: readonly GalleryRow[],
  { entries, damaged }: Contents,
): Record<string, Variant>[] {
  return [
    ...gallery.map(galleryDictionary),
    ...entries.map(storedDictionary),
    ...damaged.map(damagedDictionary),
  ];
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
    `There is no background "${shorten(id)}"; ListBackgrounds (backscrubctl background list) has those that are there.`,
  );
}

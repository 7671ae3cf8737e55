/** Thumbnails: those of the gallery come with the service, others a process of its own makes, and the cache keeps them. */
import { join } from 'node:path';
import { CacheFolder } from '../../shared/cache-folder.js';
import { BackscrubError } from '../../shared/errors.js';
import { galleryThumbnail } from '../../shared/gallery-thumbnails.js';
import { readOwnFile } from '../../shared/own-file.js';
import { isBackgroundId } from '../../shared/stored-background.js';
import type { BackgroundFolder } from './folder.js';
import type { MediaDecoder } from './media-child.js';
import { checkThumbnail, MAX_THUMBNAIL_BYTES, NotAThumbnail, type Thumbnail } from './thumbnail.js';
import { Shared, Turns } from './turns.js';

/** Another way of drawing has to change it. */
const FORMAT = 'thumbnail-1';
const MAX_WAITING = 64;

export interface ThumbnailOptions {
  readonly cache?: CacheFolder | undefined;
  /** What the cached pictures were made by: a new version may draw a built-in background in another way. */
  readonly version: string;
  /** Where those are that were drawn when the service was built. */
  readonly drawn?: string | undefined;
}

export class Thumbnails {
  readonly #folder: BackgroundFolder;
  readonly #decoder: MediaDecoder;
  readonly #options: ThumbnailOptions;
  readonly #turns = new Turns(MAX_WAITING);
  readonly #shared = new Shared<Thumbnail>();
  /** At most one at a time. */
  #making: { readonly background: string; readonly ended: Promise<void> } | undefined;

  constructor(folder: BackgroundFolder, decoder: MediaDecoder, options: ThumbnailOptions) {
    this.#folder = folder;
    this.#decoder = decoder;
    this.#options = options;
  }

  /** @throws BackscrubError UnknownBackground, BadImage, LimitsExceeded, Failed */
  async get(background: string, width: number): Promise<Thumbnail> {
    return await this.#shared.get(`${width} ${background}`, async () => {
      const drawn = await this.#readDrawn(background, width);
      if (drawn) return drawn;
      const { version } = this.#options;
      const cache = isBackgroundId(background) ? this.#options.cache?.of(background) : this.#options.cache;
      const key = CacheFolder.key([FORMAT, version, background, width]);
      const kept = await cache?.read(key, MAX_THUMBNAIL_BYTES);
      // The processes that decode may write there, too.
      const good = kept && (await checkThumbnail(kept, width).catch(() => undefined));
      if (good) return good;
      const made = await this.#turns.take(() => this.#makeOne(background, width));
      await cache?.write(key, made);
      return made;
    });
  }

  /** Resolves when none of this background is being made; there is a file of it until then. */
  async settled(background: string): Promise<void> {
    if (this.#making?.background === background) await this.#making.ended;
  }

  async #makeOne(background: string, width: number): Promise<Thumbnail> {
    const work = this.#make(background, width);
    const ended = work.then(
      () => {},
      () => {},
    );
    this.#making = { background, ended };
    try {
      return await work;
    } finally {
      this.#making = undefined;
    }
  }

  /** One that is not there is made like any other. */
  async #readDrawn(background: string, width: number): Promise<Thumbnail | undefined> {
    const { drawn } = this.#options;
    const file = galleryThumbnail(background, width);
    if (drawn === undefined || file === undefined) return undefined;
    return await readOwnFile(join(drawn, file), MAX_THUMBNAIL_BYTES)
      .then((bytes) => checkThumbnail(bytes, width))
      .catch(() => undefined);
  }

  async #make(background: string, width: number): Promise<Thumbnail> {
    const work = await this.#folder.makeWork();
    try {
      await this.#decoder.makeThumbnail(work, background, width);
      return await checkThumbnail(await this.#folder.readThumbnail(work), width);
    } catch (error) {
      if (error instanceof BackscrubError) throw error;
      const reason = error instanceof NotAThumbnail ? `it ${error.message}` : 'none was left behind';
      throw new BackscrubError('Failed', `The thumbnail could not be made: ${reason}.`);
    } finally {
      await this.#folder.removeWork(work).catch(() => {});
    }
  }
}

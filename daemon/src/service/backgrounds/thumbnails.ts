/** Thumbnails: those of the gallery come with the service, others a process of its own makes, and the cache keeps them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CacheFolder } from '../../shared/cache-folder.js';
import { BackscrubError } from '../../shared/errors.js';
import { galleryThumbnail } from '../../shared/gallery-thumbnails.js';
import type { BackgroundFolder } from './folder.js';
import type { MediaDecoder } from './media-child.js';
import { Shared, Turns } from './turns.js';

/** Files in the cache: a shell's menu and a preferences window ask for two sizes of each background. */
export const CACHED_THUMBNAILS = 512;
/** Another way of drawing has to change it. */
const FORMAT = 'thumbnail-1';
const MAX_WAITING = 64;
const MAX_BYTES = 8 * 1024 * 1024;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

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
  readonly #shared = new Shared<Buffer>();

  constructor(folder: BackgroundFolder, decoder: MediaDecoder, options: ThumbnailOptions) {
    this.#folder = folder;
    this.#decoder = decoder;
    this.#options = options;
  }

  /** @throws BackscrubError UnknownBackground, BadImage, LimitsExceeded, Failed */
  async get(background: string, width: number): Promise<Buffer> {
    return await this.#shared.get(`${width} ${background}`, async () => {
      const drawn = await this.#readDrawn(background, width);
      if (drawn) return drawn;
      const { cache, version } = this.#options;
      const key = CacheFolder.key([FORMAT, version, background, width]);
      const kept = await cache?.read(key);
      if (kept) return kept;
      const made = await this.#turns.take(() => this.#make(background, width));
      await cache?.write(key, made);
      return made;
    });
  }

  /** One that is not there is made like any other. */
  async #readDrawn(background: string, width: number): Promise<Buffer | undefined> {
    const { drawn } = this.#options;
    const file = galleryThumbnail(background, width);
    if (drawn === undefined || file === undefined) return undefined;
    return await readFile(join(drawn, file)).catch(() => undefined);
  }

  async #make(background: string, width: number): Promise<Buffer> {
    const work = await this.#folder.makeWork();
    try {
      await this.#decoder.makeThumbnail(work, background, width);
      const size = await this.#folder.sizeIn(work, 'thumbnail');
      const picture =
        size !== undefined && size <= MAX_BYTES ? await this.#folder.readThumbnail(work) : undefined;
      if (picture?.subarray(0, PNG.length).equals(PNG)) return picture;
      throw new BackscrubError('Failed', 'The thumbnail could not be made.');
    } finally {
      await this.#folder.removeWork(work).catch(() => {});
    }
  }
}

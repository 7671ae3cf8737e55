import { CacheFolder } from '../../shared/cache-folder.js';
import type { Log } from '../../shared/log.js';
import { backgroundsFolder } from '../../shared/stored-background.js';
import { realDisk } from './disk.js';
import { BackgroundFolder } from './folder.js';
import { MediaChild } from './media-child.js';
import type { GalleryRow } from './row.js';
import { BackgroundStore } from './store.js';
import { CACHED_THUMBNAILS, Thumbnails } from './thumbnails.js';

export interface StoreModules {
  /** The program that decodes what is imported. */
  readonly importModule: string;
  /** The folder of the thumbnails that were drawn when the service was built. */
  readonly galleryThumbnails?: string | undefined;
}

/** The store of this service, in its state directory; nothing is read before it is asked. */
export function openStore(
  { importModule, galleryThumbnails }: StoreModules,
  gallery: () => Promise<readonly GalleryRow[]>,
  version: string,
  log: Log,
): BackgroundStore {
  const folder = new BackgroundFolder(backgroundsFolder(), realDisk, log);
  const decoder = new MediaChild(importModule);
  const cache = CacheFolder.ofService('thumbnails', CACHED_THUMBNAILS);
  const thumbnails = new Thumbnails(folder, decoder, { cache, version, drawn: galleryThumbnails });
  return new BackgroundStore({ folder, decoder, thumbnails, gallery, log });
}

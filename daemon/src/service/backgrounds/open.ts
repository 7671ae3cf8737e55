import { frameCache, thumbnailCache } from '../../shared/derived-caches.js';
import type { Log } from '../../shared/log.js';
import { backgroundsFolder } from '../../shared/stored-background.js';
import { realDisk } from './disk.js';
import { BackgroundFolders } from './folders.js';
import { MediaChild } from './media-child.js';
import type { GalleryRow } from './row.js';
import { BackgroundStore } from './store.js';
import { Thumbnails } from './thumbnails.js';

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
  const folders = new BackgroundFolders(backgroundsFolder(), realDisk, log);
  const decoder = new MediaChild(importModule);
  const cache = thumbnailCache();
  const caches = [frameCache(), cache].flatMap((found) => found ?? []);
  const thumbnails = new Thumbnails(folders.common, decoder, { cache, version, drawn: galleryThumbnails });
  return new BackgroundStore({ folders, caches, decoder, thumbnails, gallery, log });
}

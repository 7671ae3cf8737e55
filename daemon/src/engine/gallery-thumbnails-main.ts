/** A step of the build: `gallery-thumbnails-main.js FOLDER` draws the thumbnails that come with the service, all or none. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { GALLERY_WIDTHS, galleryThumbnail } from '../shared/gallery-thumbnails.js';
import { galleryList } from './backgrounds/gallery/index.js';
import { drawThumbnail, encodeThumbnail } from './import/draw-thumbnail.js';

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('usage: gallery-thumbnails-main.js FOLDER');
const work = `${folder}.new`;
await rm(work, { recursive: true, force: true });
await mkdir(work, { recursive: true });
for (const { id } of galleryList()) {
  for (const width of GALLERY_WIDTHS) {
    const file = galleryThumbnail(id, width);
    if (file === undefined) throw new Error(`${id} has a name that makes no file name`);
    await writeFile(join(work, file), await encodeThumbnail(sharp, await drawThumbnail(id, width)));
  }
}
await rm(folder, { recursive: true, force: true });
await rename(work, folder);

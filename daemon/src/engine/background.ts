import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Frame } from '@backscrub/native';
import type { CacheFolder } from '../shared/cache-folder.js';
import { BackscrubError } from '../shared/errors.js';
import { NotRegular, openRegular } from '../shared/regular-file.js';
import { isBackgroundId } from '../shared/stored-background.js';
import { backgroundCache, backgroundKey } from './background-cache.js';
import { coverRegion, MIDDLE } from './cover.js';
import { findStored } from './stored-background.js';

/** Larger pictures are refused: decoding one would take more memory than everything else together. */
const MAX_MEGAPIXELS = 64;
const MAX_BYTES = 64 * 1024 * 1024;
const FORMATS = new Map([
  ['jpeg', 'JPEG'],
  ['png', 'PNG'],
  ['webp', 'WebP'],
  ['heif', 'AVIF'],
]);

/** Reads `color:#rrggbb`; undefined when `background` is something else. */
export function parseColour(background: string): [number, number, number] | undefined {
  const match = /^color:#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(background);
  if (!match) return undefined;
  const [, r = '', g = '', b = ''] = match;
  return [Number.parseInt(r, 16), Number.parseInt(g, 16), Number.parseInt(b, 16)];
}

/**
 * Makes the frame that is put behind the person: a colour (`color:#rrggbb`) or a still image (absolute path; JPEG,
 * PNG, WebP, AVIF), scaled to cover the frame.
 * @throws BackscrubError UnknownBackground when there is no such file, BadImage when it is not a usable picture
 */
export async function loadBackground(
  background: string,
  width: number,
  height: number,
  cache = backgroundCache(),
): Promise<Frame> {
  const frame = new Frame(width, height);
  const colour = parseColour(background);
  if (colour) {
    fill(frame, colour);
    return frame;
  }
  if (background.startsWith('color:')) {
    throw new BackscrubError(
      'UnknownBackground',
      `"${background}" is not a colour: write it as color:#rrggbb.`,
    );
  }
  if (isBackgroundId(background)) {
    const { entry, path } = await findStored(background);
    if (entry.kind === 'still') await loadImage(path, frame, cache, entry.focus);
    else {
      const { firstPicture } = await import('./import/first-picture.js');
      frame.loadRgb(await decodeCover(path, await firstPicture(path), width, height, entry.focus));
    }
    return frame;
  }
  if (/^(builtin|gradient):/.test(background)) {
    const { renderGallery } = await import('./backgrounds/gallery/index.js');
    frame.loadRgb(await renderGallery(background, width, height));
    return frame;
  }
  if (!background.startsWith('/')) {
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background "${background}": give color:#rrggbb or the absolute path of an image.`,
    );
  }
  await loadImage(background, frame, cache);
  return frame;
}

/** Converts one pixel and repeats it: the engine may be in the middle of a stream. */
function fill(frame: Frame, colour: readonly [number, number, number]): void {
  const dot = new Frame(2, 2);
  dot.loadRgb(Buffer.from([...colour, ...colour, ...colour, ...colour]));
  const planes = Buffer.alloc(6);
  dot.storeI420(planes);
  const [y = 0, , , , cb = 0, cr = 0] = planes;
  frame.fill(y, cb, cr);
}

/** Fills the frame from a regular file, without ever blocking on a FIFO or touching a device. */
async function loadImage(
  path: string,
  frame: Frame,
  cache: CacheFolder | undefined,
  focus = MIDDLE,
): Promise<void> {
  const { width, height } = frame;
  let handle: FileHandle;
  try {
    handle = await openRegular(path);
  } catch (error) {
    if (error instanceof NotRegular) {
      throw new BackscrubError('BadImage', `${path} ${error.message}: give the path of an image.`);
    }
    throw unreadable(path, error);
  }
  try {
    const stat = await handle.stat();
    checkFile(path, stat);
    const key = backgroundKey(path, stat, width, height, focus);
    const packed = Buffer.alloc((width * height * 3) / 2);
    const kept = await cache?.read(key);
    if (kept?.length === packed.length) {
      frame.loadI420(kept);
      return;
    }
    frame.loadRgb(await decodeCover(path, await handle.readFile(), width, height, focus));
    frame.storeI420(packed);
    await cache?.write(key, packed);
  } catch (error) {
    throw error instanceof BackscrubError ? error : unreadable(path, error);
  } finally {
    await handle.close();
  }
}

function checkFile(path: string, stat: Stats): void {
  if (stat.size > MAX_BYTES) {
    const size = Math.ceil(stat.size / 1024 / 1024);
    throw new BackscrubError(
      'BadImage',
      `${path} has ${size} MiB; at most ${MAX_BYTES / 1024 / 1024} MiB are read. Save a smaller copy.`,
    );
  }
}

function unreadable(path: string, error: unknown): BackscrubError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new BackscrubError('UnknownBackground', `There is no file ${path}.`);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new BackscrubError(
      'BadImage',
      `${path} cannot be read by the service's user: put the image where everybody may read it.`,
    );
  }
  return new BackscrubError('BadImage', `${path} cannot be read (${code ?? String(error)}).`);
}

async function decodeCover(
  path: string,
  bytes: Buffer,
  width: number,
  height: number,
  focus: readonly [number, number],
): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const options = { limitInputPixels: MAX_MEGAPIXELS * 1_000_000, failOn: 'error', pages: 1 } as const;
  let metadata: Awaited<ReturnType<ReturnType<typeof sharp>['metadata']>>;
  try {
    // The header only, so that the size can be named before anything is decoded.
    metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  } catch {
    throw new BackscrubError(
      'BadImage',
      `${path} is not an image that can be read: use JPEG, PNG, WebP or AVIF.`,
    );
  }
  if (!FORMATS.has(metadata.format)) {
    throw new BackscrubError(
      'BadImage',
      `${path} is a ${metadata.format} file: use JPEG, PNG, WebP or AVIF.`,
    );
  }
  const megapixels = (metadata.width * metadata.height) / 1e6;
  if (megapixels > MAX_MEGAPIXELS) {
    throw new BackscrubError(
      'BadImage',
      `${path} has ${metadata.width}x${metadata.height} = ${Math.round(megapixels)} megapixels; ` +
        `at most ${MAX_MEGAPIXELS} are read. Save a smaller copy.`,
    );
  }
  try {
    return await sharp(bytes, options)
      .autoOrient()
      .extract(coverRegion(metadata.autoOrient.width, metadata.autoOrient.height, width, height, focus))
      .resize(width, height, { fit: 'fill' })
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new BackscrubError('BadImage', `${path} is damaged: ${reason}.`);
  }
}

import type { FileHandle } from 'node:fs/promises';
import { Backdrop } from '@backscrub/native';
import type { Sharp } from 'sharp';
import { BackscrubError } from '../../shared/errors.js';
import { CENTRE, type Focus, type Size } from './background.js';

/** Larger pictures are refused: decoding one would take more memory than everything else together. */
export const MAX_MEGAPIXELS = 64;
const MAX_BYTES = 64 * 1024 * 1024;
/** Beyond what the output needs, for pictures that are cut at their focus: a panorama stays bounded. */
const MAX_SCALED = 16384;
const FORMATS = new Set(['jpeg', 'png', 'webp', 'heif', 'tiff', 'gif']);

/** @throws BackscrubError BadImage when the file is too large to be an image */
export async function readImage(path: string, handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > MAX_BYTES) {
    throw new BackscrubError(
      'BadImage',
      `${path} has ${Math.ceil(size / 1024 / 1024)} MiB; at most ${MAX_BYTES / 1024 / 1024} MiB are read. Save a smaller copy.`,
    );
  }
  return handle.readFile();
}

/**
 * Decodes an image, turned upright, scaled to cover the frame.
 * @throws BackscrubError BadImage when it is damaged, too large or of another format
 */
export async function decodeStill(
  path: string,
  bytes: Buffer,
  size: Size,
  focus = CENTRE,
): Promise<Backdrop> {
  const { default: sharp } = await import('sharp');
  const options = { limitInputPixels: MAX_MEGAPIXELS * 1_000_000, failOn: 'error', pages: 1 } as const;
  let metadata: Awaited<ReturnType<Sharp['metadata']>>;
  try {
    // The header only, so that the size can be named before anything is decoded.
    metadata = await sharp(bytes, { ...options, limitInputPixels: false }).metadata();
  } catch {
    throw notAnImage(path);
  }
  if (!FORMATS.has(metadata.format)) {
    throw new BackscrubError(
      'BadImage',
      `${path} is a ${metadata.format} file: use JPEG, PNG, WebP, AVIF or TIFF.`,
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
    const upright = sharp(bytes, options)
      .autoOrient()
      .flatten({ background: '#000000' })
      .toColourspace('srgb');
    const frame = new Backdrop(size.width, size.height);
    frame.loadRgb(await cover(upright, metadata.autoOrient, size, focus));
    return frame;
  } catch (error) {
    throw damaged(path, error);
  }
}

export function notAnImage(path: string): BackscrubError {
  return new BackscrubError(
    'BadImage',
    `${path} is neither an image nor a video that can be read: use JPEG, PNG, WebP, AVIF, TIFF, GIF, MP4, WebM or MKV.`,
  );
}

export function damaged(path: string, error: unknown): BackscrubError {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return new BackscrubError('BadImage', `${path} is damaged: ${reason}.`);
}

/** Where the part that is shown begins when `whole` pixels are cut to `part`. */
export function cutAt(whole: number, part: number, focus: number): number {
  return Math.round(Math.min(Math.max(focus * whole - part / 2, 0), whole - part));
}

async function cover(image: Sharp, whole: Size, { width, height }: Size, focus: Focus): Promise<Buffer> {
  const scale = Math.max(width / whole.width, height / whole.height);
  const scaled = { width: Math.ceil(whole.width * scale), height: Math.ceil(whole.height * scale) };
  const centred = focus.x === CENTRE.x && focus.y === CENTRE.y;
  if (centred || scaled.width > MAX_SCALED || scaled.height > MAX_SCALED) {
    return image.resize(width, height, { fit: 'cover' }).raw().toBuffer();
  }
  return image
    .resize(scaled.width, scaled.height, { fit: 'fill' })
    .extract({
      left: cutAt(scaled.width, width, focus.x),
      top: cutAt(scaled.height, height, focus.y),
      width,
      height,
    })
    .raw()
    .toBuffer();
}

import { open, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import { LEAST_SIDE } from './box.js';
import { FfmpegSource } from './ffmpeg-source.js';
import { fileError } from './file-errors.js';
import { ImageSource } from './image-source.js';
import { parseSceneName, SceneSource } from './scene-source.js';
import type { Source } from './source.js';
import { UnsupportedY4m, Y4M_MAGIC } from './y4m-header.js';
import { Y4mSource } from './y4m-source.js';

/** Opens a camera by its /dev path; the caller brings it, so that files need no camera code. */
export type OpenCamera = (path: string) => Promise<Source>;

const IMAGE_ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp', '.avif', '.heic', '.tif', '.tiff']);

/**
 * Opens what a person names as input: `scene:`, `scene:WIDTHxHEIGHT[:SECONDS]`, a camera (/dev/videoN), a Y4M file or pipe, an
 * image, or any video that ffmpeg reads. Contents decide before endings do.
 * @throws BackscrubError InvalidArgs, BadImage, Failed
 */
export async function openSource(name: string, openCamera?: OpenCamera): Promise<Source> {
  const source = await openAny(name, openCamera);
  const { width, height } = source;
  if (width >= LEAST_SIDE && height >= LEAST_SIDE) return source;
  await source.close();
  const least = `at least ${LEAST_SIDE}x${LEAST_SIDE} are needed`;
  throw new BackscrubError('BadImage', `${name} has ${width}x${height} pixels; ${least}.`);
}

async function openAny(name: string, openCamera?: OpenCamera): Promise<Source> {
  if (name.startsWith('scene:')) return new SceneSource(parseSceneName(name));
  const found = await stat(name).catch((error: unknown) => {
    if (/^\/dev\/video\d+$/.test(name)) {
      throw new BackscrubError('NoCamera', `There is no camera ${name}: plug it in, or name another.`);
    }
    throw fileError(error, name, 'read');
  });
  if (found.isDirectory())
    throw new BackscrubError('InvalidArgs', `${name} is a directory: name a file in it.`);
  if (found.isCharacterDevice()) {
    if (openCamera) return openCamera(name);
    throw new BackscrubError('InvalidArgs', `${name} is a device: name a video or an image here.`);
  }
  // A pipe can be read once only, so there is no looking into it.
  if (found.isFIFO()) return Y4mSource.open(name);
  if (!found.isFile())
    throw new BackscrubError('InvalidArgs', `${name} is not a file: name a video or an image.`);
  if (found.size === 0) throw new BackscrubError('BadImage', `${name} is empty: record or copy it again.`);

  const start = await readStart(name);
  if (start.toString('latin1', 0, Y4M_MAGIC.length) === Y4M_MAGIC) {
    try {
      return await Y4mSource.open(name);
    } catch (error) {
      if (error instanceof UnsupportedY4m) return FfmpegSource.open(name);
      throw error;
    }
  }
  if (isImage(start) || IMAGE_ENDINGS.has(extname(name).toLowerCase())) return ImageSource.open(name);
  return FfmpegSource.open(name);
}

async function readStart(path: string): Promise<Buffer> {
  const start = Buffer.alloc(16);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(start, 0, start.length, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  }
  return start;
}

/** JPEG, PNG, WebP and AVIF by their first bytes. */
function isImage(start: Buffer): boolean {
  const text = start.toString('latin1');
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG\r\n') ||
    (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) ||
    /^(avif|avis|heic|mif1)$/.test(text.slice(8, 12))
  );
}

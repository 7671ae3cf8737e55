/** Makes a stored background of a file of unknown origin. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackscrubError } from '../../shared/errors.js';
import { type ImportAnswer, WORK_FILES } from '../../shared/import-work.js';
import {
  DEFAULT_LIMITS,
  type MovingPicture,
  type TranscodeLimits,
  transcodeMoving,
} from '../backgrounds/transcode.js';
import { firstPicture } from './first-picture.js';
import { type Identity, identify } from './identify.js';
import { encodeStill, firstLine, type Header, makeThumbnail, readHeader, THUMBNAIL_WIDTH } from './still.js';

/** The time is shorter than what the service allows, so that the reason gets through. */
const LIMITS: TranscodeLimits = { ...DEFAULT_LIMITS, timeoutMs: 17_000, maxBytes: 64 * 1024 * 1024 };
const MAX_FRAMES = 2000;

/**
 * @param folder holds `input`; the picture and its thumbnail are written beside it
 * @throws BackscrubError BadImage, Failed when ffmpeg is needed and not installed
 */
export async function importFile(folder: string, focus: readonly [number, number]): Promise<ImportAnswer> {
  const input = join(folder, WORK_FILES.input);
  const bytes = await readFile(input);
  const identity = identify(bytes);
  const header = identity.moving === true ? undefined : await readHeader(bytes);
  const picture = join(folder, WORK_FILES.picture);
  if (header && !moves(identity, header)) {
    const still = await encodeStill(bytes, header, focus);
    await writeFile(picture, still.picture);
    await writeThumbnail(folder, still.picture, still.focus);
    const { width, height } = still;
    return {
      kind: 'still',
      format: identity.format,
      width,
      height,
      frames: 1,
      duration: 0,
      focus: still.focus,
    };
  }
  if (header && header.pages > MAX_FRAMES) {
    throw new BackscrubError(
      'BadImage',
      `The animation has ${header.pages} frames; at most ${MAX_FRAMES} can be imported. Cut it first.`,
    );
  }
  const moving = await transcode(input, picture);
  await writeThumbnail(folder, await firstPicture(picture), focus);
  const { width, height, frames, duration } = moving;
  const { format } = identity;
  const isClip = format === 'mp4' || format === 'webm' || format === 'mkv';
  return { kind: isClip ? 'video' : 'animated', format, width, height, frames, duration, focus };
}

/** Its errors name the file, whose path is ours and tells nobody anything. */
async function transcode(input: string, picture: string): Promise<MovingPicture> {
  try {
    return await transcodeMoving(input, picture, LIMITS);
  } catch (error) {
    if (error instanceof BackscrubError) {
      throw new BackscrubError(error.code, error.message.replaceAll(input, 'The file'));
    }
    throw new BackscrubError('BadImage', `The animation is damaged: ${firstLine(error)}.`);
  }
}

function moves({ moving }: Identity, { pages }: Header): boolean {
  return moving === true || (moving === 'perhaps' && pages > 1);
}

async function writeThumbnail(
  folder: string,
  picture: Buffer,
  focus: readonly [number, number],
): Promise<void> {
  await writeFile(join(folder, WORK_FILES.thumbnail), await makeThumbnail(picture, focus, THUMBNAIL_WIDTH));
}

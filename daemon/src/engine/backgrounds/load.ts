import type { FileHandle } from 'node:fs/promises';
import { parseBackgroundSpec } from '../../shared/background-spec.js';
import type { CacheFolder } from '../../shared/cache-folder.js';
import { BackscrubError } from '../../shared/errors.js';
import { findStored } from '../stored-background.js';
import { decodeAnimation, fitsInMemory, readPages } from './animation.js';
import { type Background, CENTRE, type Focus, type Size, StillBackground } from './background.js';
import { backgroundCache, backgroundKey, cached, loopFolder } from './cache.js';
import { colourFrame } from './colour.js';
import { loadBuiltin } from './gallery/load.js';
import { gradientFrame } from './gradient.js';
import { LoopBackground } from './loop.js';
import { PreparedVideo } from './prepared-video.js';
import { openRegular, unreadable } from './regular-file.js';
import { SNIFF_BYTES, sniff } from './sniff.js';
import { decodeStill, notAnImage, readImage } from './still.js';
import { hasFfmpeg, VideoBackground } from './video.js';

export interface LoadOptions {
  readonly cache?: CacheFolder | undefined;
  /** Where imported backgrounds are; by default in the service's state directory. */
  readonly folder?: string | undefined;
  /** Where loops made from videos are kept; by default in the service's cache directory. */
  readonly loops?: string | undefined;
  /** Time is what the caller says, not the clock: a video waits for the frame of that moment. */
  readonly offline?: boolean | undefined;
  /** Has another process make a picture that is not in the cache yet, and put it there. */
  readonly aside?: ((spec: string, size: Size) => Promise<void>) | undefined;
  /** Awaited between the steps of a long preparation, so that the frames of a running picture come between them. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** As LoadOptions, for one background. */
interface LoadContext extends Omit<LoadOptions, 'aside'> {
  readonly aside?: (() => Promise<void>) | undefined;
}

/**
 * Prepares what is put behind the person, scaled to cover the frame. When this resolves, the first frame is there.
 * @param spec see parseBackgroundSpec
 * @throws BackscrubError InvalidArgs or UnknownBackground when there is nothing of that name, BadImage when it cannot be shown
 */
export async function loadBackground(
  spec: string,
  width: number,
  height: number,
  options: LoadOptions = {},
): Promise<Background> {
  const parsed = parseBackgroundSpec(spec);
  const size = { width, height };
  const cache = options.cache ?? backgroundCache();
  const loops = options.loops ?? loopFolder();
  const prepare = options.aside;
  const aside = prepare && (() => prepare(spec, size));
  const context = { ...options, cache, loops, aside };
  switch (parsed.kind) {
    case 'color':
      return new StillBackground(colourFrame(parsed.rgb, size));
    case 'gradient':
      return new StillBackground(await gradientFrame(parsed, size));
    case 'builtin':
      return loadBuiltin(parsed.name, size, context);
    case 'imported':
      return loadImported(parsed.id, size, context);
    case 'file':
      return loadFile(parsed.path, size, CENTRE, context);
  }
}

/** One that was imported: ID.json beside ID.webp (a still) or ID.mkv (moving). */
async function loadImported(id: string, size: Size, options: LoadContext): Promise<Background> {
  const { entry, path } = await findStored(id, options.folder);
  const [x, y] = entry.focus;
  return await loadFile(path, size, { x, y }, options);
}

async function loadFile(path: string, size: Size, focus: Focus, options: LoadContext): Promise<Background> {
  const handle = await openRegular(path);
  let kept = false;
  try {
    const head = Buffer.alloc(SNIFF_BYTES);
    const { bytesRead } = await handle.read(head, 0, SNIFF_BYTES, 0);
    switch (sniff(head.subarray(0, bytesRead))) {
      case 'svg':
        throw new BackscrubError(
          'BadImage',
          `${path} is an SVG drawing, which could refer to other files: save it as PNG or WebP.`,
        );
      case 'other':
        throw notAnImage(path);
      case 'video': {
        const video = await openVideo(path, handle, size, focus, options);
        kept = true;
        return video;
      }
      case 'animation': {
        const bytes = await readImage(path, handle);
        const pages = await readPages(path, bytes);
        if (pages.count === 1) break;
        // ffmpeg cannot read animated WebP.
        if (fitsInMemory(pages, size) || head.toString('latin1', 0, 4) === 'RIFF' || !hasFfmpeg()) {
          return await decodeAnimation(path, bytes, pages, size);
        }
        const video = await openVideo(path, handle, size, focus, options);
        kept = true;
        return video;
      }
      case 'still':
        break;
    }
    const key = backgroundKey(path, await handle.stat(), size, focus);
    const decode = async () => decodeStill(path, await readImage(path, handle), size, focus);
    const frame = await cached(options.cache, key, size, decode, options.aside);
    return new StillBackground(frame);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (!kept) await handle.close();
  }
}

/** A loop of ours is played as it is; everything else by ffmpeg, and prepared where there is a place for it. */
async function openVideo(
  path: string,
  handle: FileHandle,
  size: Size,
  focus: Focus,
  { loops, offline = false }: LoadContext,
): Promise<Background> {
  const loop = await LoopBackground.open(path, handle, size, focus);
  if (loop) return loop;
  if (offline || loops === undefined) return VideoBackground.open(path, handle, size, focus, offline);
  const key = backgroundKey(path, await handle.stat(), size, focus);
  return PreparedVideo.open(path, handle, size, focus, { folder: loops, key });
}

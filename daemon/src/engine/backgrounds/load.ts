import type { FileHandle } from 'node:fs/promises';
import { parseBackgroundSpec } from '../../shared/background-spec.js';
import type { CacheFolder } from '../../shared/cache-folder.js';
import { BackscrubError } from '../../shared/errors.js';
import { openOwnFile } from '../../shared/own-file.js';
import { backgroundKey } from '../../shared/prepared-picture.js';
import { findStored } from '../stored-background.js';
import { AnimationBackground } from './animation.js';
import { type Background, CENTRE, type Focus, type Size, StillBackground } from './background.js';
import { backgroundCache, keepFrame, loopFolder, readFrame } from './cache.js';
import { colourFrame } from './colour.js';
import { decodeAside } from './decode-aside.js';
import { loadBuiltin } from './gallery/load.js';
import { gradientFrame } from './gradient.js';
import { openKept } from './kept-loops.js';
import { LoopBackground } from './loop.js';
import { PreparedVideo } from './prepared-video.js';
import { openNamed, unreadable } from './regular-file.js';
import { VideoBackground } from './video.js';

export interface LoadOptions {
  readonly cache?: CacheFolder | undefined;
  /** Where imported backgrounds are; by default in the service's state directory. */
  readonly folder?: string | undefined;
  /** Where loops made from videos are kept; by default in the service's cache directory. */
  readonly loops?: string | undefined;
  /** Time is what the caller says, not the clock: a video waits for the frame of that moment. */
  readonly offline?: boolean | undefined;
  /** The file is known to be a video: nobody has to find out. */
  readonly isVideo?: boolean | undefined;
  /** Has another process make a drawing of ours that is not in the cache yet, and put it there. */
  readonly aside?: ((spec: string, size: Size) => Promise<void>) | undefined;
  /** Awaited between the steps of a long preparation, so that the frames of a running picture come between them. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/** Bytes; more than a user may store at all. */
const MAX_STORED = 512 * 1024 * 1024;
const VIDEO = { kind: 'video' } as const;

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
      return loadOpen(parsed.path, await openNamed(parsed.path), size, CENTRE, context);
  }
}

/** One that was imported: ID.json beside ID.webp (a still) or ID.mkv (moving). */
async function loadImported(id: string, size: Size, options: LoadContext): Promise<Background> {
  const { entry, path } = await findStored(id, options.folder);
  const [x, y] = entry.focus;
  const focus = { x, y };
  const handle = await openOwnFile(path, MAX_STORED).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  // All that is kept of it goes with it. What moves was made into a loop at import.
  const kept = { ...options, cache: options.cache?.of(id), loops: undefined };
  if (entry.kind === 'still') return await loadOpen(path, handle, size, focus, kept);
  // A loop that the import wrote, and no other kind of file.
  const loop = await LoopBackground.open(path, handle, size, focus).catch(() => undefined);
  if (loop) return loop;
  await handle.close();
  throw new BackscrubError('BadImage', `The background ${id} is damaged: import it again.`);
}

/**
 * A file of any kind: what is kept of it, else what a process of its own makes of it.
 * @param handle is closed, or belongs to the background
 */
async function loadOpen(
  path: string,
  handle: FileHandle,
  size: Size,
  focus: Focus,
  { cache, loops, offline = false, isVideo = false }: LoadContext,
): Promise<Background> {
  let kept = false;
  try {
    const key = backgroundKey(path, await handle.stat(), size, focus);
    const still = await readFrame(cache, key, size);
    if (still) return new StillBackground(still);
    const loop = loops === undefined || offline ? undefined : await openKept(loops, key, size);
    if (loop) return loop;
    const decoded = isVideo ? VIDEO : await decodeAside(path, handle, size, focus);
    if (decoded.kind === 'animation') return new AnimationBackground(decoded.pages);
    if (decoded.kind === 'still') {
      await keepFrame(cache, key, decoded.frame, size);
      return new StillBackground(decoded.frame);
    }
    const video =
      offline || loops === undefined
        ? await VideoBackground.open(path, handle, size, focus, offline)
        : await PreparedVideo.open(path, handle, size, focus, { folder: loops, key });
    kept = true;
    return video;
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (!kept) await handle.close();
  }
}

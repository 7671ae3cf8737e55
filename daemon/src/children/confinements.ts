/** What each kind of child is left with (confined.ts). */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { namesInSync } from '../shared/own-file.js';
import { backgroundsFolder, isBackgroundId, ownerOf, storedFiles } from '../shared/stored-background.js';
import type { Confinement } from './confined.js';

/** Not for the engine: other processes, and the sockets of the bus and of systemd. /dev and /sys have rules of their own. */
const CLOSED = new Set(['proc', 'run', 'dev', 'sys']);

/** Entries of a folder of the store: more are not ours. */
const MAX_NAMES = 4096;

/**
 * The engine opens what users name by its path and hands it to decoders, so it may read; it writes to its cache, to cameras and to
 * the virtual camera.
 */
export function engineConfinement(): Confinement {
  const folders = readdirSync('/').filter((name) => !CLOSED.has(name));
  return {
    read: [...folders.map((name) => join('/', name)), '/sys'],
    write: cacheFolders('backgrounds', 'loops', 'models'),
    device: ['/dev'],
  };
}

/** @param question of the engine's probe, see engine/probe.ts */
export function probeConfinement([question, subject = '']: readonly string[]): Confinement {
  switch (question) {
    case 'background':
      return {
        read: sourcesOf(subject),
        list: listed(subject),
        write: cacheFolders('backgrounds', 'loops'),
      };
    case 'camera':
    case 'cameras':
      return { read: ['/sys'], device: ['/dev'] };
    case 'models':
    case 'model':
      return { read: [modelFolder(), ...(subject.startsWith('/') ? modelFiles(subject) : [])] };
    default:
      return {};
  }
}

/** The files of a background: the one at its path, or the files that the store keeps under its id. */
export function sourcesOf(background: string): readonly string[] {
  if (background.startsWith('/')) return [background];
  if (!isBackgroundId(background)) return [];
  return places().flatMap((folder) => storedFiles(background).map((name) => join(folder, name)));
}

/** Whose a background is shows in the name of its folder. */
export function listed(background: string): readonly string[] {
  return isBackgroundId(background) ? [backgroundsFolder()] : [];
}

/** The folders of the store: that of nobody, and one for each user. */
function places(): readonly string[] {
  const folder = backgroundsFolder();
  try {
    const own = namesInSync(folder, MAX_NAMES).filter((name) => ownerOf(name) !== undefined);
    return [folder, ...own.map((name) => join(folder, name))];
  } catch {
    return [folder];
  }
}

/** A model and the manifest beside it. */
export function modelFiles(path: string): readonly string[] {
  return [path, `${path.replace(/\.(tflite|onnx)$/, '')}.json`];
}

function modelFolder(): string {
  return join(process.env['STATE_DIRECTORY']?.split(':')[0] || '/var/lib/backscrub', 'models');
}

/** Made now: a folder that is not there cannot be allowed. */
function cacheFolders(...names: readonly string[]): readonly string[] {
  const [cache] = process.env['CACHE_DIRECTORY']?.split(':') ?? [];
  if (!cache) return [];
  return names.map((name) => {
    const folder = join(cache, name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
      // Without a cache everything takes longer and goes on.
    }
    return folder;
  });
}

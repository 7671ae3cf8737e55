import { binding } from './binding.js';
import './device-error.js';

interface FolderWatchHandle {
  close(): void;
}

interface FolderWatchBinding {
  FolderWatch: new (path: string, onChange: (names: readonly string[]) => void) => FolderWatchHandle;
}

const native = binding as FolderWatchBinding;

/**
 * Tells what comes, goes and changes its rights in a folder (inotify(7)). Unlike fs.watch it does not tell of every write
 * to a file in it: in /dev that would be every frame of every camera. Keeps the process alive until `close`.
 */
export class FolderWatch {
  readonly #handle: FolderWatchHandle;

  /**
   * @param onChange gets the names that something happened to; an empty list when the kernel lost count of them
   * @throws DeviceError when the folder cannot be watched
   */
  constructor(path: string, onChange: (names: readonly string[]) => void) {
    this.#handle = new native.FolderWatch(path, onChange);
  }

  /** May be called again. */
  close(): void {
    this.#handle.close();
  }
}

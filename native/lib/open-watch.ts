import { binding } from './binding.js';
import './device-error.js';

interface OpenWatchHandle {
  close(): void;
}

interface OpenWatchBinding {
  FolderWatch: new (path: string, onChange: () => void, opening: true) => OpenWatchHandle;
}

const native = binding as OpenWatchBinding;

/** Tells that somebody, this process too, has opened a file or device node (inotify(7)). Keeps the process alive until `close`. */
export class OpenWatch {
  readonly #handle: OpenWatchHandle;

  /**
   * @param onOpen called after one opening or several at once
   * @throws DeviceError when the file cannot be watched
   */
  constructor(path: string, onOpen: () => void) {
    this.#handle = new native.FolderWatch(path, () => onOpen(), true);
  }

  /** May be called again. */
  close(): void {
    this.#handle.close();
  }
}

/** Video devices that come and go: /dev is watched, and the news is told when udev has had time to finish with it. */
import { FolderWatch } from '@backscrub/native';
import type { Log } from '../../shared/log.js';
import type { Clock, DeviceNews } from '../session/ports.js';

/** udev sets a node's rights and makes its stable links after the node has come. */
const SOON_MS = 300;
/** On a slow machine a second look finds them. It is also the least time between two looks: each may cost a child process. */
const AGAIN_MS = 2000;
const NODES = /^(video\d+|v4l2loopback)$/;

/** Calls back with the names that something happened to; none means any. @returns ends the watch */
export type WatchFolder = (path: string, onChange: (names: readonly string[]) => void) => () => void;

const watchFolder: WatchFolder = (path, onChange) => {
  const watch = new FolderWatch(path, onChange);
  return () => watch.close();
};

export class DeviceWatch implements DeviceNews {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #folder: string;
  readonly #watch: WatchFolder;
  readonly #looks = new Map<'soon' | 'again', () => void>();
  #lastLook = Number.NEGATIVE_INFINITY;
  #end: (() => void) | undefined;

  constructor(clock: Clock, log: Log, folder = '/dev', watch: WatchFolder = watchFolder) {
    this.#clock = clock;
    this.#log = log;
    this.#folder = folder;
    this.#watch = watch;
  }

  begin(changed: () => void): void {
    try {
      this.#end = this.#watch(this.#folder, (names) => {
        if (names.length === 0 || names.some((name) => NODES.test(name))) this.#schedule(changed);
      });
    } catch (error) {
      // Without it cameras are found by looking again and again, which the engine and the search for our device do anyway.
      const text = error instanceof Error ? error.message : String(error);
      this.#log('warning', `${this.#folder} cannot be watched (${text}): new cameras are found later`);
    }
  }

  close(): void {
    this.#end?.();
    this.#end = undefined;
    for (const cancel of this.#looks.values()) cancel();
    this.#looks.clear();
  }

  /** However many events come, one look of each kind is under way. */
  #schedule(changed: () => void): void {
    const now = this.#clock.now();
    this.#look('soon', Math.max(SOON_MS, this.#lastLook + AGAIN_MS - now), changed);
    this.#look('again', AGAIN_MS, changed);
  }

  #look(kind: 'soon' | 'again', delay: number, changed: () => void): void {
    if (this.#looks.has(kind)) return;
    const cancel = this.#clock.after(delay, () => {
      this.#looks.delete(kind);
      this.#lastLook = this.#clock.now();
      changed();
    });
    this.#looks.set(kind, cancel);
  }
}

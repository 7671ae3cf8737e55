/** Writes settings soon after they change: a burst of changes once, and a full disk is tried again. */
import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../../shared/log.js';
import type { Clock } from '../session/ports.js';
import type { SettingsDocument } from './document.js';

/** A change that belongs to another comes within this. */
const SOON_MS = 50;
/** The least time between two writes: a slider makes many changes. */
const PAUSE_MS = 1000;
const RETRY_MS = 30_000;

export interface SettingsStore {
  /** @throws Error of the file system */
  write(document: SettingsDocument): Promise<void>;
}

/** What changes. */
export type Kept = Pick<SettingsDocument, 'settings' | 'users'>;

function keptOf({ settings, users }: Kept): Kept {
  return { settings, users };
}

export class SettingsKeeper {
  readonly #store: SettingsStore;
  readonly #clock: Clock;
  readonly #log: Log;
  /** As it is in the store, or shall be. */
  #document: SettingsDocument;
  #saved: Kept;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> | undefined;
  #failed = false;

  /** @param document what the store has */
  constructor(store: SettingsStore, document: SettingsDocument, clock: Clock, log: Log) {
    this.#store = store;
    this.#document = document;
    this.#saved = keptOf(document);
    this.#clock = clock;
    this.#log = log;
  }

  /** May be called as often as anything changes. */
  update(kept: Kept): void {
    if (isDeepStrictEqual(keptOf(kept), keptOf(this.#document))) return;
    this.#document = { ...this.#document, ...kept };
    if (!this.#failed) this.#schedule(SOON_MS);
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#stop();
    await this.#writing;
    if (!this.#isSaved) await this.#write();
    this.#stop();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get #isSaved(): boolean {
    return isDeepStrictEqual(this.#saved, keptOf(this.#document));
  }

  #schedule(delay: number): void {
    if (this.#cancel || this.#writing) return;
    this.#cancel = this.#clock.after(delay, () => {
      this.#cancel = undefined;
      if (!this.#isSaved) this.#writing = this.#write();
    });
  }

  async #write(): Promise<void> {
    const kept = keptOf(this.#document);
    try {
      await this.#store.write(this.#document);
      this.#saved = kept;
      if (this.#failed) this.#log('info', 'the settings can be saved again');
      this.#failed = false;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (!this.#failed) {
        this.#log(
          'warning',
          `the settings cannot be saved (${text}): they are tried again; a restart would lose them`,
        );
      }
      this.#failed = true;
    }
    this.#writing = undefined;
    this.#schedule(this.#failed ? RETRY_MS : PAUSE_MS);
  }
}

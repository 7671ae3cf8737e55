/** A question about what changes: what is found last is how it is. */
import type { Clock } from '../session/ports.js';

const RETRY_MS = 1000;

export class Inquiry {
  readonly #find: () => Promise<void>;
  readonly #clock: Clock;
  #asking: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #cancel: (() => void) | undefined;

  /** @param find asks once; after an error it is called again a moment later */
  constructor(find: () => Promise<void>, clock: Clock) {
    this.#find = find;
    this.#clock = clock;
  }

  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  /** Resolves when what is being asked is over, with or without an answer. */
  async asked(): Promise<void> {
    await this.#asking;
  }

  /** Something may have changed. A change during the question is asked about afterwards. */
  ask(): void {
    this.#stopped = false;
    this.#cancelRetry();
    if (this.#asking !== undefined) {
      this.#again = true;
      return;
    }
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
      if (this.#again && !this.#stopped) this.ask();
    });
  }

  /** Nobody is there to ask, until the next `ask`. */
  stop(): void {
    this.#stopped = true;
    this.#cancelRetry();
  }

  async #ask(): Promise<void> {
    this.#again = false;
    try {
      await this.#find();
    } catch {
      if (!this.#stopped) this.#cancel = this.#clock.after(RETRY_MS, () => this.ask());
    }
  }

  #cancelRetry(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

import { stat } from 'node:fs/promises';

/** What a helper process found, and the files and folders that this was read from. */
export interface Answer<T> {
  readonly value: T;
  readonly sources: readonly string[];
}

/** File systems stamp a change with the time of their last tick, up to 10 ms before; a clock may have been set meanwhile. */
const SLACK_MS = 1000;

interface Kept<T> {
  readonly value: T;
  readonly sources: readonly string[];
  readonly fingerprint: string;
  readonly since: number;
}

/**
 * The answer to a question that costs a process, given again while the files behind it are the same and it is not too old.
 * Whoever asks while it is being found gets the same one.
 */
export class KeptAnswer<T> {
  readonly #ask: () => Promise<Answer<T>>;
  readonly #maxAge: number;
  readonly #now: () => number;
  #kept: Kept<T> | undefined;
  #asking: Promise<T> | undefined;

  /**
   * @param maxAge milliseconds after which it is asked anew whatever the files say
   * @param now milliseconds of a clock that never goes back
   */
  constructor(ask: () => Promise<Answer<T>>, maxAge: number, now = () => performance.now()) {
    this.#ask = ask;
    this.#maxAge = maxAge;
    this.#now = now;
  }

  /** @throws whatever asking throws; that is not kept */
  get(): Promise<T> {
    this.#asking ??= this.#find().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #find(): Promise<T> {
    const kept = this.#kept;
    if (kept !== undefined && this.#now() - kept.since < this.#maxAge) {
      const { fingerprint } = await lookAt(kept.sources);
      if (fingerprint === kept.fingerprint) return kept.value;
    }
    this.#kept = undefined;
    const since = this.#now();
    const began = Date.now();
    const { value, sources } = await this.#ask();
    const { fingerprint, changed } = await lookAt(sources);
    // What changed while it was read may have been read before the change.
    if (changed < began - SLACK_MS) this.#kept = { value, sources, fingerprint, since };
    return value;
  }
}

/** @returns what tells a change of any of them, and when the last one was (milliseconds since 1970) */
async function lookAt(
  paths: readonly string[],
): Promise<{ readonly fingerprint: string; readonly changed: number }> {
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const words = stats.map((s) =>
    s ? [s.ino, s.mode, s.uid, s.gid, s.size, s.mtimeMs, s.ctimeMs].join() : '-',
  );
  return {
    fingerprint: words.join(';'),
    changed: Math.max(0, ...stats.map((s) => (s ? Math.max(s.mtimeMs, s.ctimeMs) : 0))),
  };
}

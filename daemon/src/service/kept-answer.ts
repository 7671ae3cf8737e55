import { isDeepStrictEqual } from 'node:util';
import { isUnchanged, type Look, sources as ownSources, type Sources } from './sources.js';

/** What a helper process found, and the files and folders that this was read from. */
export interface Answer<T> {
  readonly value: T;
  readonly sources: readonly string[];
}

/**
 * File systems stamp a change with the time of the wall's last tick, up to 10 ms before. Where that clock jumps, an answer is kept
 * or asked for once too often, until it is too old.
 */
const SLACK_MS = 1000;

interface Kept<T> {
  readonly value: T;
  readonly look: Look;
  readonly since: number;
}

/** How long an answer is good while the files behind it are the same, in milliseconds. */
export interface Freshness {
  /** After that it is given once more, and found anew for whoever asks next. */
  readonly fresh: number;
  /** After that it is not given any more. */
  readonly usable: number;
}

/**
 * The answer to a question that costs a process or many files, given again while the files behind it are the same and it is
 * not too old. Whoever asks while it is being found gets the same one. An answer that says the same as the last one is the
 * same object: whoever gets it must not change it.
 */
export class KeptAnswer<T> {
  readonly #ask: () => Promise<Answer<T>>;
  readonly #freshness: Freshness;
  readonly #now: () => number;
  readonly #sources: Sources;
  #kept: Kept<T> | undefined;
  #asking: Promise<T> | undefined;
  /** Counts changes of one's own. */
  #turn = 0;
  #soon: NodeJS.Immediate | undefined;
  /** The last one, also when it is not kept. */
  #found: T | undefined;

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    ask: () => Promise<Answer<T>>,
    freshness: Freshness,
    now = () => performance.now(),
    sources: Sources = ownSources,
  ) {
    this.#ask = ask;
    this.#sources = sources;
    this.#freshness = freshness;
    this.#now = now;
  }

  /** @throws whatever asking throws; that is not kept */
  async get(): Promise<T> {
    const kept = this.#kept;
    if (kept === undefined || this.#now() - kept.since >= this.#freshness.usable) return await this.#renew();
    if (!isUnchanged(kept.look)) return await this.#renew();
    if (this.#now() - kept.since >= this.#freshness.fresh) this.#renewSoon();
    return kept.value;
  }

  /** To be called after a change of one's own: nobody who comes then gets an answer that was begun before. */
  forget(): void {
    this.#turn++;
    this.#kept = undefined;
    this.#asking = undefined;
  }

  /** Not before this answer is on its way: finding the next one may need the processor. */
  #renewSoon(): void {
    if (this.#soon !== undefined) return;
    this.#soon = setImmediate(() => {
      this.#soon = undefined;
      // An error is for whoever asks when nothing is kept any more.
      this.#renew().catch(() => {});
    });
  }

  #renew(): Promise<T> {
    if (this.#asking !== undefined) return this.#asking;
    const asking = this.#find().finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  async #find(): Promise<T> {
    const since = this.#now();
    const began = Date.now();
    const turn = this.#turn;
    const { value: found, sources } = await this.#ask();
    const look = await this.#sources.look(sources);
    // What is made of the value is made once, as long as it is the same object (keep-last.ts).
    const value = this.#found !== undefined && isDeepStrictEqual(found, this.#found) ? this.#found : found;
    this.#found = value;
    // What changed while it was read may have been read before the change.
    if (turn !== this.#turn) return value;
    this.#kept = look !== undefined && look.changed < began - SLACK_MS ? { value, look, since } : undefined;
    return value;
  }
}

import { BackscrubError } from '../../shared/errors.js';

/** Lets pieces of work run one after the other, in the order in which they came. */
export class Turns {
  readonly #most: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param most how many may wait or run at a time */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** @throws BackscrubError LimitsExceeded when too many wait, and whatever the work throws */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) {
      throw new BackscrubError(
        'LimitsExceeded',
        `${this.#most} of these are waiting already; try again in a moment.`,
      );
    }
    this.#waiting++;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}

/** Whoever asks for what is being made gets that; keys tell what is the same. */
export class Shared<T> {
  readonly #pending = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.#pending.get(key);
    if (found) return found;
    const made = make().finally(() => this.#pending.delete(key));
    this.#pending.set(key, made);
    return made;
  }
}

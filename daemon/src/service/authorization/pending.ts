/** Counts questions that wait for an answer, so that nobody fills the service with them. */
import { BackscrubError } from '../../shared/errors.js';

/** One connection, one user with many connections, all together. */
export const LIMITS = { caller: 8, user: 16, all: 64 } as const;

export class Pending {
  readonly #counts = new Map<string, number>();

  /**
   * @returns ends the wait
   * @throws BackscrubError LimitsExceeded
   */
  enter(caller: string, user: number): () => void {
    const places = [
      ['all', LIMITS.all],
      [`user ${user}`, LIMITS.user],
      [`caller ${caller}`, LIMITS.caller],
    ] as const;
    if (places.some(([place, limit]) => (this.#counts.get(place) ?? 0) >= limit)) {
      throw new BackscrubError(
        'LimitsExceeded',
        'Too many calls wait for polkit; wait until one of them is answered, then try again.',
      );
    }
    for (const [place] of places) this.#counts.set(place, (this.#counts.get(place) ?? 0) + 1);
    return () => {
      for (const [place] of places) {
        const left = (this.#counts.get(place) ?? 0) - 1;
        if (left > 0) this.#counts.set(place, left);
        else this.#counts.delete(place);
      }
    };
  }
}

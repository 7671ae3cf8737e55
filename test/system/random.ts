/** Numbers by chance, the same for the same seed: the xorshift generator (Marsaglia, J. Stat. Software 8, 2003). */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    // Of zero it would make nothing but zeros.
    this.#state = seed | 0 || 1;
  }

  /** From 0 to 1, without 1. */
  share(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.share() * (most - least + 1));
  }

  /** @throws RangeError when there are none */
  oneOf<T>(values: readonly T[]): T {
    const index = this.between(0, values.length - 1);
    const found = values[index];
    if (found === undefined) throw new RangeError(`none of ${values.length} values is the one`);
    return found;
  }

  /** All values in another order. */
  shuffled<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, at: this.share() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }

  /** Each value with a chance of `chance`, in their order. */
  some<T>(values: readonly T[], chance: number): T[] {
    return values.filter(() => this.share() < chance);
  }
}

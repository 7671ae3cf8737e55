/** Who has chosen what holds for a visit only (session/visit.ts): it ends with their last session. */

/** What a visit is made of. Each part has a choice of its own, and so a user of its own. */
export type VisitPart = 'mode' | 'blurStrength' | 'onDemand';

interface Choice {
  readonly part: VisitPart;
  readonly user: number;
}

export class Visitors {
  /** In the order in which they were begun; those of lasting values are not among them. */
  #choices: readonly Choice[] = [];

  /**
   * Carries out a choice. It counts from the beginning, since the user may leave meanwhile, and takes the place of the choices
   * before it when it is made: one that fails leaves the part to the one who had chosen it.
   * @param visits whether this value holds for a visit only
   */
  async choose(user: number, part: VisitPart, visits: boolean, make: () => Promise<void>): Promise<void> {
    const before = this.#choices.filter((choice) => choice.part === part);
    const choice: Choice = { part, user };
    if (visits) this.#choices = [...this.#choices, choice];
    try {
      await make();
    } catch (error) {
      this.#drop([choice]);
      throw error;
    }
    this.#drop(before);
  }

  /** The visit of all ends. */
  clear(): void {
    this.#choices = [];
  }

  /** Whether one of those who chose is among these. */
  someOf(isGone: (user: number) => boolean): boolean {
    return this.#choices.some(({ user }) => isGone(user));
  }

  #drop(choices: readonly Choice[]): void {
    this.#choices = this.#choices.filter((choice) => !choices.includes(choice));
  }
}

/** Callers that are remembered; whoever connects anew for each call has a new name each time. */
const REMEMBERED = 256;

/**
 * Whose the connections to the bus are. Asked once for each: a connection stays its user's, and its unique name is never another's
 * as long as the bus lives (D-Bus specification, "Bus names").
 */
export class Users {
  readonly #ask: (uniqueName: string) => Promise<number>;
  /** In the order in which they came. */
  readonly #known = new Map<string, number>();

  /** @param ask asks the bus; throws when there is no such connection */
  constructor(ask: (uniqueName: string) => Promise<number>) {
    this.#ask = ask;
  }

  /** @returns the user's number. @throws what asking throws; that is not remembered */
  async of(uniqueName: string): Promise<number> {
    const known = this.#known.get(uniqueName);
    if (known !== undefined) return known;
    // A name that somebody owns for a while is no connection's own.
    if (!uniqueName.startsWith(':')) throw new Error(`${uniqueName} is not a unique name`);
    const user = await this.#ask(uniqueName);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < REMEMBERED) break;
      this.#known.delete(oldest);
    }
    this.#known.set(uniqueName, user);
    return user;
  }
}

/** The one place that decides who may change what. Whatever it does not know is denied. */
import type { Permission } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';

export interface Gate {
  /** Called before anything changes. @throws BackscrubError AccessDenied */
  authorize(sender: string, permission: Permission | undefined): Promise<void>;
}

/** Lets in root and the service's own user. */
export class UserGate implements Gate {
  readonly #userOf: (uniqueName: string) => Promise<number>;
  readonly #users: ReadonlySet<number>;

  /**
   * @param userOf asks the bus daemon for the uid of a peer; asked for each call, since nothing else is to be believed
   * @param ownUser uid of the service
   */
  constructor(userOf: (uniqueName: string) => Promise<number>, ownUser: number) {
    this.#userOf = userOf;
    this.#users = new Set([0, ownUser]);
  }

  async authorize(sender: string, permission: Permission | undefined): Promise<void> {
    const user = permission === undefined ? undefined : await this.#userOf(sender).catch(() => undefined);
    if (user !== undefined && this.#users.has(user)) return;
    throw new BackscrubError(
      'AccessDenied',
      'Only root and the user of the backscrub service may change this; run the command as root (sudo).',
    );
  }
}

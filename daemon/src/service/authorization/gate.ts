/** The one place that decides who may change what. Whatever it does not know is denied. */
import type { Permission } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Clock } from '../session/ports.js';
import { ACTIONS, type Action, type Authority, isAction, type Verdict } from './authority.js';
import { Pending } from './pending.js';

export interface Caller {
  /** Unique name on the bus. */
  readonly sender: string;
  /** Whether a person may be asked for a password. */
  readonly interactive: boolean;
}

export interface Gate {
  /**
   * Called before anything changes.
   * @returns the caller's user, as the bus knows it
   * @throws BackscrubError AccessDenied, InteractiveAuthorizationRequired, LimitsExceeded
   */
  authorize(caller: Caller, permission: Permission | undefined): Promise<number>;
}

/** What the bus daemon knows of a caller. */
export interface CallerDirectory {
  /** @throws when the caller is gone */
  userOf(uniqueName: string): Promise<number>;
  /** @param gone called when the caller leaves, or has left already. @returns ends it */
  watch(uniqueName: string, gone: () => void): Promise<() => void>;
}

/** Milliseconds that polkit has to answer: by itself, and with a person who looks for a password. */
export const LIMITS_MS = { unattended: 10_000, interactive: 120_000 } as const;

/** Lets in the trusted users, and those that polkit lets in. */
export class AuthorizationGate implements Gate {
  readonly #trusted: ReadonlySet<number>;
  readonly #callers: CallerDirectory;
  readonly #authority: Authority;
  readonly #clock: Clock;
  readonly #pending = new Pending();

  /** @param trusted users that are not asked about: root and the service's own */
  constructor(trusted: readonly number[], callers: CallerDirectory, authority: Authority, clock: Clock) {
    this.#trusted = new Set(trusted);
    this.#callers = callers;
    this.#authority = authority;
    this.#clock = clock;
  }

  async authorize({ sender, interactive }: Caller, permission: string | undefined): Promise<number> {
    if (!isAction(permission)) throw denied('This may not be used over D-Bus.');
    // The bus alone says who it is: nothing that the call has in it is believed.
    const user = await this.#callers.userOf(sender).catch(() => undefined);
    if (user === undefined) throw denied('The caller has left the bus.');
    if (this.#trusted.has(user)) return user;
    const leave = this.#pending.enter(sender, user);
    try {
      conclude(await this.#ask(sender, permission, interactive), permission, interactive);
      return user;
    } finally {
      leave();
    }
  }

  /** @throws BackscrubError AccessDenied when there is no verdict */
  async #ask(sender: string, action: Action, interactive: boolean): Promise<Verdict> {
    const abandon = new AbortController();
    const limit = interactive ? LIMITS_MS.interactive : LIMITS_MS.unattended;
    const cancelTimer = this.#clock.after(limit, () =>
      abandon.abort(new Error(`no answer within ${limit / 1000} s`)),
    );
    let stopWatching = (): void => {};
    try {
      stopWatching = await this.#callers.watch(sender, () => abandon.abort(new Error('the caller has left')));
      return await this.#authority.check({ caller: sender, action, interactive }, abandon.signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw denied(
        `polkit cannot be asked (${reason}). Only root and the user of the backscrub service may ${ACTIONS[action]} ` +
          'without it: see "systemctl status polkit", or run the command as root (sudo).',
      );
    } finally {
      cancelTimer();
      stopWatching();
    }
  }
}

function conclude(verdict: Verdict, action: Action, interactive: boolean): void {
  const what = ACTIONS[action];
  switch (verdict) {
    case 'allowed':
      return;
    case 'challenge':
      if (!interactive) {
        throw new BackscrubError(
          'InteractiveAuthorizationRequired',
          `An administrator's password is needed here to ${what}, and the call does not allow to ask for it: ` +
            'use a program that does (busctl), log in at the machine itself, or run the command as root (sudo).',
        );
      }
      throw denied(
        `An administrator's password is needed here to ${what}, and there is nobody to ask for it: log in at the ` +
          'machine itself, or run the command as root (sudo).',
      );
    case 'dismissed':
      throw denied(`The question for a password was dismissed, so you may not ${what}.`);
    case 'denied':
      throw denied(
        `polkit does not let you ${what} from here (action ${action}): log in at the machine itself, ask its ` +
          'administrator, or run the command as root (sudo).',
      );
  }
}

function denied(text: string): BackscrubError {
  return new BackscrubError('AccessDenied', text);
}

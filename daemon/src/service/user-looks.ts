/**
 * Whose look is shown. Each user has one that is remembered; that of the active session applies. What is chosen by somebody else
 * meanwhile (root, from elsewhere) is remembered for the active user, or for the machine when nobody is active.
 */
import { isDeepStrictEqual } from 'node:util';
import { BackscrubError } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { DEFAULT_BACKGROUND } from '../shared/names.js';
import { INITIAL_SETTINGS, type Settings, type UserLook, userLookOf } from './session/settings.js';
import { MAX_USERS } from './settings/document.js';
import type { Kept } from './settings/settings-keeper.js';
import type { Seat } from './system/seats.js';
import { Visitors, type VisitPart } from './visitors.js';

/** What it needs of the session. */
export interface LookSession {
  settings(): Settings;
  /** Resolves when nothing shows the room any more. */
  endVisit(why: string): Promise<void>;
  /** @returns what is shown of it */
  adoptLook(look: UserLook): Promise<UserLook>;
}

/** A caller who may change something. */
export interface Chooser {
  /** As the bus knows them. */
  readonly user: number;
  /** When the call came, as `arrive` told: until polkit has answered, minutes may pass. */
  readonly arrived: number;
}

export interface LookHelp {
  /** Whether what a user has chosen before is still there for this user. */
  isShown(background: string, user: number): Promise<boolean>;
  /** Resolves when `follow` has heard what is known of who is active. */
  seatSettled(): Promise<void>;
  readonly log: Log;
}

/** What a mode that hides the room takes back. */
const ROOM: readonly VisitPart[] = ['mode', 'blurStrength'];

export class UserLooks {
  readonly #session: LookSession;
  readonly #help: LookHelp;
  readonly #users: Map<number, UserLook>;
  /** No user was ever active: the first one goes on with the look of the machine. */
  #isNew: boolean;
  /** For when nobody is active. */
  #machine: UserLook;
  /** Whose look is shown; told by logind. */
  #active: Seat['active'];
  /** As logind last told; undefined before that. */
  #sessions: Seat['sessions'] | undefined;
  /** Of the look as it was adopted: what nobody has changed since is not remembered. Undefined while another one is adopted. */
  #adopted: UserLook | 'changed' | undefined = 'changed';
  readonly #visitors = new Visitors();
  #arrivals = 0;
  /** Since when the one who is active is. */
  #turned = 0;
  /** Arrival of what last took each part back from a visit: what came before it is too late. */
  readonly #hidden: Record<VisitPart, number> = { mode: 0, blurStrength: 0, onDemand: 0 };
  #last: Promise<void> = Promise.resolve();

  constructor(session: LookSession, kept: Kept, help: LookHelp) {
    this.#session = session;
    this.#help = help;
    this.#users = new Map(kept.users);
    this.#isNew = kept.users === undefined;
    this.#machine = userLookOf(kept.settings);
  }

  /** Who is active; undefined: nobody. */
  get user(): number | undefined {
    return typeof this.#active === 'number' ? this.#active : undefined;
  }

  /** The place of a call, or of a change of users, in the order in which they come. */
  arrive(): number {
    return ++this.#arrivals;
  }

  /**
   * Makes a change for the one who is active, on top of their own look. What they choose in the first moment of their session may
   * come before the news of it.
   * @throws BackscrubError Failed when a user other than the caller has become active since the call came
   */
  async change({ user, arrived }: Chooser, make: () => Promise<void>): Promise<void> {
    await this.#help.seatSettled();
    while (this.#adopted === undefined) await this.#last;
    if (arrived < this.#turned && user !== this.#active)
      throw new BackscrubError('Failed', 'Another user has become active since this was asked for.');
    await make();
  }

  /**
   * Makes a change that may hold for a visit only, which ends with the last session of who chose it.
   * @throws BackscrubError Failed when that would undo what was hidden after the call came
   */
  async choose(caller: Chooser, part: VisitPart, visits: boolean, make: () => Promise<void>): Promise<void> {
    // From here on: its own work may take a moment.
    if (!visits) this.#hide(caller.arrived, part === 'mode' ? ROOM : [part]);
    const change = (): Promise<void> =>
      this.change(caller, async () => {
        if (visits && caller.arrived < this.#hidden[part])
          throw new BackscrubError('Failed', 'It was superseded by a later call that hides the room.');
        await make();
      });
    // Outside: who chooses may leave while the change waits.
    await this.#visitors.choose(caller.user, part, visits, change);
  }

  /** Nobody's choice holds for a visit any more. To be called before the visit is ended: what is chosen after that stays. */
  visitEnds(arrived: number): void {
    this.#visitors.clear();
    this.#hide(arrived, ['mode', 'blurStrength', 'onDemand']);
  }

  #hide(arrived: number, parts: readonly VisitPart[]): void {
    for (const part of parts) this.#hidden[part] = Math.max(this.#hidden[part], arrived);
  }

  /** Resolves when the look of who is active now is shown. */
  async follow({ active, sessions }: Seat): Promise<void> {
    const before = this.#sessions;
    const left = this.#visitors.someOf((user) => {
      // A user without a session before has none that can end. A new session does not stand for one that has ended.
      const had = [...(before ?? [])].filter(([, owner]) => owner === user);
      return had.length > 0 && had.every(([id]) => !sessions.has(id));
    });
    const first = before === undefined;
    this.#sessions = sessions;
    // At the start of a life nobody is visiting, and whoever is not active yet has the look of the machine.
    if (active !== this.#active || (first && active !== undefined)) this.#turnTo(active);
    else if (left) this.#endVisit('the session of who chose it is over');
    await this.#last;
  }

  /** What is to be found again after a restart. Called with each change. */
  keep(settings: Settings): Kept {
    const look = userLookOf(settings);
    if (this.#adopted !== undefined && !isDeepStrictEqual(look, this.#adopted)) {
      this.#adopted = 'changed';
      if (this.user === undefined) this.#machine = look;
      else this.#remember(this.user, look);
    }
    const users = this.#isNew ? undefined : new Map(this.#users);
    return { settings: { ...settings, ...this.#machine }, users };
  }

  #turnTo(active: Seat['active']): void {
    // The new one is active now. Until the look has followed, changes wait: those under way are of before, and forgotten.
    this.#adopted = undefined;
    this.#active = active;
    this.#turned = this.arrive();
    const ended = this.#endVisit('another user is active');
    this.#queue(async () => {
      await ended;
      if (this.#active !== active) return;
      const look = await this.#lookOf(active);
      const adopted = await this.#session.adoptLook(look);
      if (this.#active !== active) return;
      this.#adopted = adopted;
    });
  }

  /** At once: the look of a user before may still be on its way. What comes later waits for it. */
  #endVisit(why: string): Promise<void> {
    this.visitEnds(this.arrive());
    const ended = this.#session.endVisit(why).catch((error: unknown) => this.#failed(error));
    this.#queue(() => ended);
    return ended;
  }

  async #lookOf(active: Seat['active']): Promise<UserLook> {
    if (active === undefined) return this.#machine;
    if (active === 'greeter') return userLookOf(INITIAL_SETTINGS);
    if (this.#isNew) {
      this.#isNew = false;
      this.#remember(active, this.#machine);
    }
    const look = this.#users.get(active) ?? userLookOf(INITIAL_SETTINGS);
    const shown = await this.#help.isShown(look.background, active);
    return shown ? look : { ...look, background: DEFAULT_BACKGROUND };
  }

  #remember(user: number, look: UserLook): void {
    this.#users.set(user, look);
    for (const other of this.#users.keys()) {
      if (this.#users.size <= MAX_USERS) break;
      if (other !== user) this.#users.delete(other);
    }
  }

  #queue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      this.#failed(error);
      // What is chosen from now on is the active user's all the same.
      this.#adopted ??= userLookOf(this.#session.settings());
    });
  }

  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#help.log('warning', `the look of the active user could not be shown: ${reason}`);
  }
}

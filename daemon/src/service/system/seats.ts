/**
 * Who sits at the machine, as logind tells of it (org.freedesktop.login1(5)): the active session of seat0, and who has sessions at
 * all. Only the owner of logind's name is believed. Without logind nothing is told.
 */
import { isVariant, type ReceivedSignal } from '../bus/message.js';
import { Peer, type PeerBus } from '../bus/peer.js';
import { RemoteError } from '../bus/remote.js';
import type { Clock } from '../session/ports.js';
import { Inquiry } from './inquiry.js';
import { LOGIND } from './sleep.js';

const SEAT = '/org/freedesktop/login1/seat/seat0';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const SESSION = 'org.freedesktop.login1.Session';
/** Classes of sessions without a person in them: a user's manager, which may linger, and jobs. */
const UNATTENDED = /^(manager|background|none)/;
const SESSIONS = ['SessionNew', 'SessionRemoved', 'UserRemoved'];
/** What logind says of a session that is not there any more; a bus without a logind says otherwise. */
const GONE = /\.(Unknown|NoSuch)\w+$/;
const ANSWER_MS = 5000;
/** Sessions that are asked about at a time. */
const BATCH = 64;
/** At the start of the service a logind that is there has so long to say who is active. */
const FIRST_MS = 1000;
/** A change of the look waits so long for news of who is active: one that hides the room must not wait for a logind that hangs. */
const NEWS_MS = 200;

export interface Seat {
  /** The user whose session is active; `greeter`: somebody is about to log in; undefined: there is no active session. */
  readonly active: number | 'greeter' | undefined;
  /** Sessions with a person in them, local or remote: the uid of each, by session id. */
  readonly sessions: ReadonlyMap<string, number>;
}

export class SeatWatch {
  readonly #tell: (seat: Seat) => void | Promise<void>;
  readonly #clock: Clock;
  readonly #logind: Peer;
  /** Two questions: a list, which may be long, holds up no news of who is active. */
  readonly #aboutActive: Inquiry;
  readonly #inquiries: readonly Inquiry[];
  #active: { readonly user: Seat['active'] } | undefined;
  /** As they were found last. */
  #sessions: Seat['sessions'] = new Map();
  #told: Promise<void> = Promise.resolve();

  /** @param tell also when nothing has changed; resolves when what follows from it is done */
  constructor(bus: PeerBus, tell: (seat: Seat) => void | Promise<void>, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
    this.#aboutActive = new Inquiry(() => this.#findActive(), clock);
    this.#inquiries = [this.#aboutActive, new Inquiry(() => this.#findSessions(), clock)];
    this.#logind = new Peer(bus, LOGIND.name, {
      appeared: () => this.#ask(),
      // It is restarted in an upgrade; users stay.
      vanished: () => this.close(),
      signal: (signal) => this.#signal(signal),
    });
  }

  /** Resolves when logind has said who is active and that is seen to, or takes long. @throws Error when the bus refuses */
  async begin(): Promise<void> {
    await this.#logind.begin(
      ...SESSIONS.map((member) => `interface='${LOGIND.interface}',member='${member}',path='${LOGIND.path}'`),
      `interface='${PROPERTIES}',member='PropertiesChanged',path='${SEAT}'`,
    );
    const asked = Promise.all(this.#inquiries.map((inquiry) => inquiry.asked()));
    await this.#within(
      FIRST_MS,
      asked.then(() => this.#told),
    );
  }

  /** Resolves when what logind has signalled about the active session is told, or takes long. */
  async settled(): Promise<void> {
    if (this.#aboutActive.isAsking) await this.#within(NEWS_MS, this.#askedAgain());
  }

  async #askedAgain(): Promise<void> {
    while (this.#aboutActive.isAsking) await this.#aboutActive.asked();
  }

  close(): void {
    for (const inquiry of this.#inquiries) inquiry.stop();
  }

  #within(milliseconds: number, done: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(milliseconds, resolve);
      void done.then(() => {
        cancel();
        resolve();
      });
    });
  }

  #signal({ path, interface: name, member }: ReceivedSignal): void {
    const seat = path === SEAT && name === PROPERTIES && member === 'PropertiesChanged';
    if (seat || (path === LOGIND.path && name === LOGIND.interface && SESSIONS.includes(member))) this.#ask();
  }

  #ask(): void {
    for (const inquiry of this.#inquiries) inquiry.ask();
  }

  async #findActive(): Promise<void> {
    this.#active = { user: await this.#askActive() };
    this.#report();
  }

  async #findSessions(): Promise<void> {
    this.#sessions = await this.#askSessions();
    this.#report();
  }

  /** Not waited for: what comes next must be heard meanwhile. */
  #report(): void {
    if (this.#active === undefined) return;
    this.#told = Promise.resolve(this.#tell({ active: this.#active.user, sessions: this.#sessions }));
  }

  async #askActive(): Promise<Seat['active']> {
    const [id, path] = asList(await this.#get(SEAT, 'org.freedesktop.login1.Seat', 'ActiveSession'));
    if (id === '' || typeof path !== 'string') return undefined;
    if ((await this.#get(path, SESSION, 'Class')) === 'greeter') return 'greeter';
    return asUser(asList(await this.#get(path, SESSION, 'User'))[0]);
  }

  async #askSessions(): Promise<Seat['sessions']> {
    const call = { path: LOGIND.path, interface: LOGIND.interface, member: 'ListSessions' };
    const [rows] = await this.#logind.request({ ...call, signature: '', body: [], timeout: ANSWER_MS });
    const all = asList(rows);
    const sessions = new Map<string, number>();
    for (let at = 0; at < all.length; at += BATCH) {
      const asked = all.slice(at, at + BATCH).map(async (row): Promise<void> => {
        const [id, user, , , path] = asList(row);
        if (await this.#isAttended(String(path))) sessions.set(String(id), asUser(user));
      });
      await Promise.all(asked);
    }
    return sessions;
  }

  /** Whether a person is in a session. It may end meanwhile, or be over but for a process that the person has left. */
  async #isAttended(path: string): Promise<boolean> {
    try {
      const kind = await this.#get(path, SESSION, 'Class');
      if (UNATTENDED.test(String(kind))) return false;
      return (await this.#get(path, SESSION, 'State')) !== 'closing';
    } catch (error) {
      if (error instanceof RemoteError && GONE.test(error.dbusName)) return false;
      throw error;
    }
  }

  async #get(path: string, name: string, property: string): Promise<unknown> {
    const call = { path, interface: PROPERTIES, member: 'Get', signature: 'ss', body: [name, property] };
    const [value] = await this.#logind.request({ ...call, timeout: ANSWER_MS });
    if (!isVariant(value)) throw new Error(`logind has no ${property}`);
    return value.value;
  }
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('logind answers otherwise than its manual says');
}

function asUser(value: unknown): number {
  if (Number.isInteger(value)) return Number(value);
  throw new Error('logind names no user');
}

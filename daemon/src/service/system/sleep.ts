/**
 * Sleep, as logind tells of it (org.freedesktop.login1(5)): the camera is closed before the system sleeps and opened again when
 * it wakes. A delay lock gives the time for that; it is held only while there is something to close.
 */
import { isVariant, type ReceivedSignal } from '../bus/message.js';
import { Peer, type PeerBus } from '../bus/peer.js';
import type { Clock } from '../session/ports.js';

export const LOGIND = {
  name: 'org.freedesktop.login1',
  path: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
} as const;

/** The lock is a process: it shall not compete with an engine that is being started. */
const LOCK_AFTER_MS = 2000;

/** Makes the system wait with sleeping, as long as logind allows (InhibitDelayMaxSec=, 5 s). */
export interface SleepLock {
  hold(): void;
  release(): void;
}

export interface Sleeper {
  /** Resolves when the system may sleep. */
  suspend(): Promise<void>;
  resume(): void;
}

export class SleepWatch {
  readonly #sleeper: Sleeper;
  readonly #lock: SleepLock;
  readonly #clock: Clock;
  readonly #logind: Peer;
  #asleep = false;
  /** How often something has told whether the system sleeps. */
  #news = 0;
  #busy = false;
  #held = false;
  #cancel: (() => void) | undefined;

  constructor(bus: PeerBus, sleeper: Sleeper, lock: SleepLock, clock: Clock) {
    this.#sleeper = sleeper;
    this.#lock = lock;
    this.#clock = clock;
    this.#logind = new Peer(bus, LOGIND.name, {
      appeared: () => void this.#ask(),
      // Whoever would have told of the awakening is gone; the new one is asked.
      vanished: () => this.#set(false),
      signal: (signal) => this.#signal(signal),
    });
  }

  /** A system without logind is one that does not tell. @throws Error when the bus refuses */
  async begin(): Promise<void> {
    await this.#logind.begin(
      `interface='${LOGIND.interface}',member='PrepareForSleep',path='${LOGIND.path}'`,
    );
  }

  /** @param busy whether the camera may be open */
  setBusy(busy: boolean): void {
    if (busy === this.#busy) return;
    this.#busy = busy;
    this.#cancel?.();
    this.#cancel = undefined;
    if (!busy) {
      // Until the camera is closed the lock stays; `suspend` releases it then.
      if (!this.#asleep) this.#release();
    } else if (!this.#held) {
      this.#cancel = this.#clock.after(LOCK_AFTER_MS, () => {
        this.#cancel = undefined;
        if (this.#asleep) return;
        this.#held = true;
        this.#lock.hold();
      });
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#release();
  }

  #signal({ path, interface: name, member, signature, body }: ReceivedSignal): void {
    if (path !== LOGIND.path || name !== LOGIND.interface || member !== 'PrepareForSleep') return;
    if (signature === 'b') this.#set(body[0] === true);
  }

  /** A service that is started while the system goes to sleep has missed the signal. */
  async #ask(): Promise<void> {
    const news = this.#news;
    try {
      const [value] = await this.#logind.request({
        path: LOGIND.path,
        interface: 'org.freedesktop.DBus.Properties',
        member: 'Get',
        signature: 'ss',
        body: [LOGIND.interface, 'PreparingForSleep'],
      });
      // What was told during the question is newer than the answer.
      if (news === this.#news && isVariant(value) && value.value === true) this.#set(true);
    } catch {
      // It does not say: then it does not sleep.
    }
  }

  #set(asleep: boolean): void {
    this.#news++;
    if (asleep === this.#asleep) return;
    this.#asleep = asleep;
    if (asleep) void this.#sleeper.suspend().then(() => this.#asleep && this.#release());
    else this.#sleeper.resume();
  }

  #release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#lock.release();
  }
}

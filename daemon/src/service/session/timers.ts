/** The timers of the state machine, one of each name. */
import type { TimerName } from './machine.js';
import type { Clock } from './ports.js';

export class Timers {
  readonly #clock: Clock;
  readonly #fired: (name: TimerName) => void;
  readonly #running = new Map<TimerName, () => void>();

  constructor(clock: Clock, fired: (name: TimerName) => void) {
    this.#clock = clock;
    this.#fired = fired;
  }

  /** Sets it anew when it is running. @param milliseconds from now */
  set(name: TimerName, milliseconds: number): void {
    this.#running.get(name)?.();
    const cancel = this.#clock.after(milliseconds, () => {
      this.#running.delete(name);
      this.#fired(name);
    });
    this.#running.set(name, cancel);
  }

  clear(name: TimerName): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }
}

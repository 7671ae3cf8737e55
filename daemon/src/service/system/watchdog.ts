/** Tells systemd again and again that the service is healthy, and falls silent when it is not: then systemd starts it anew. */
import type { Log } from '../../shared/log.js';
import type { Clock } from '../session/ports.js';

/** @returns what is wrong, or undefined when all is well; may take its time, which is not endless */
export type HealthCheck = () => Promise<string | undefined>;

/** Signs of life per period: one or two may be late without harm. */
const PULSES = 3;

export class Watchdog {
  readonly #clock: Clock;
  readonly #pulse: () => void;
  readonly #checks: readonly HealthCheck[];
  readonly #log: Log;
  readonly #every: number;
  #cancel: (() => void) | undefined;
  #ended = false;

  /**
   * @param periodMs how long systemd waits for a sign of life
   * @param checks all must find nothing wrong before a sign is given; one that never answers is a fault, too
   */
  constructor(periodMs: number, checks: readonly HealthCheck[], pulse: () => void, clock: Clock, log: Log) {
    this.#every = periodMs / PULSES;
    this.#checks = checks;
    this.#pulse = pulse;
    this.#clock = clock;
    this.#log = log;
  }

  begin(): void {
    void this.#beat();
  }

  close(): void {
    this.#ended = true;
    this.#cancel?.();
  }

  async #beat(): Promise<void> {
    // The next one waits for the answers of this one: silence goes on as long as a check hangs.
    const faults = (await Promise.all(this.#checks.map(outcome))).filter((fault) => fault !== undefined);
    if (this.#ended) return;
    if (faults.length === 0) this.#pulse();
    else
      this.#log('error', `not healthy: ${faults.join('; ')}; systemd starts the service again if this lasts`);
    this.#cancel = this.#clock.after(this.#every, () => void this.#beat());
  }
}

async function outcome(check: HealthCheck): Promise<string | undefined> {
  try {
    return await check();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Sends actions to guest/room.mjs, which does them one beside the other, and remembers them all. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Deed, Effect } from './exposure.js';

/** What room.mjs does, in its own words. */
export type Action =
  | { readonly call: readonly [member: string, signature: string, body: readonly unknown[]] }
  | { readonly set: readonly [name: string, signature: string, value: unknown] }
  | { readonly run: string }
  | { readonly import: readonly [name: string, file: string] }
  | { readonly snapshot: string };

export interface Answer {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly value?: string;
  readonly error?: string;
  readonly text?: string;
}

/** An action that is over. */
export interface Act extends Deed {
  readonly action: Action;
  readonly answer: Answer;
}

export class RoomDriver {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #acts: (Act | undefined)[] = [];
  #ended: Error | undefined;

  private constructor(flag: string) {
    const command = `printf 1 > ${flag}; exec nice -n -10 node /mnt/guest/room.mjs ${flag}`;
    this.#child = spawn(process.env['BACKSCRUB_BED'] ?? '', ['ssh', command], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        const answer = JSON.parse(line) as Answer;
        this.#waiting.get(answer.id)?.(answer);
        this.#waiting.delete(answer.id);
      });
    }
    this.#child.on('close', () => {
      this.#ended = new Error('room.mjs in the guest has ended');
      for (const [id, done] of this.#waiting)
        done({ id, from: 0, to: Infinity, error: 'broken', text: this.#ended.message });
      this.#waiting.clear();
    });
  }

  /**
   * Gives a driver to `run` and ends it afterwards.
   *
   * @param flag a file in the guest whose first byte is 1 while the room is to be hidden
   */
  static async use<T>(flag: string, run: (driver: RoomDriver) => Promise<T>): Promise<T> {
    const driver = new RoomDriver(flag);
    try {
      const { error } = await new Promise<Answer>((resolve) => driver.#waiting.set(0, resolve));
      if (error !== undefined) throw driver.#ended ?? new Error(error);
      return await run(driver);
    } finally {
      await driver.#stop();
    }
  }

  /** What was done so far, in the order in which it was sent. */
  get acts(): readonly Act[] {
    return this.#acts.filter((act) => act !== undefined);
  }

  /** @throws when the driver itself is gone; what the service answers is in the act */
  async do(action: Action, effect: Effect = {}): Promise<Act> {
    if (this.#ended) throw this.#ended;
    const id = this.#acts.push(undefined);
    const reveals = effect.mode === 'passthrough' || effect.strength === 0;
    const hides = effect.ends === true || (effect.mode !== undefined && !reveals && effect.mode !== 'blur');
    const hidden = reveals ? { hidden: false } : hides ? { hidden: true } : {};
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.stdin?.write(`${JSON.stringify({ id, ...action, ...hidden })}\n`);
    });
    const act = {
      ...{ action, answer, effect },
      ...{ from: answer.from, to: answer.to, failed: answer.error !== undefined },
    };
    this.#acts[id - 1] = act;
    return act;
  }

  async #stop(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    await closed;
  }
}

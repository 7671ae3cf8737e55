/**
 * Calls that wait for their turn. Each turn of the event loop does one, and senders take turns: a sender of a thousand calls
 * delays itself, and every other sender by one call for each of theirs.
 */

/** Calls of one sender that wait or are at work, and bytes of their bodies; as many as the bus daemon has a connection wait for. */
export const LIMITS = { calls: 128, bytes: 256 * 1024 } as const;

interface Sender {
  readonly waiting: (() => void)[];
  calls: number;
  bytes: number;
}

/** Room for one call. */
export interface Place {
  /** Has the work done when it is the sender's turn. */
  queue(work: () => void): void;
  /** The call is answered. */
  leave(): void;
}

export class FairQueue {
  readonly #senders = new Map<string, Sender>();
  /** Who has work that waits, in the order of their turns. */
  readonly #turns = new Set<string>();
  readonly #nextTurn: (turn: () => void) => void;
  #scheduled = false;

  /** @param nextTurn calls once, after what has come in the meantime was read */
  constructor(nextTurn: (turn: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  /**
   * @param bytes that the call keeps in memory
   * @returns undefined when the sender has as many calls as one may have
   */
  enter(name: string, bytes: number): Place | undefined {
    const sender = this.#senders.get(name) ?? { waiting: [], calls: 0, bytes: 0 };
    if (sender.calls >= LIMITS.calls || sender.bytes + bytes > LIMITS.bytes) return undefined;
    this.#senders.set(name, sender);
    sender.calls++;
    sender.bytes += bytes;
    let entered = true;
    return {
      queue: (work) => {
        sender.waiting.push(work);
        this.#turns.add(name);
        this.#schedule();
      },
      leave: () => {
        if (!entered) return;
        entered = false;
        sender.calls--;
        sender.bytes -= bytes;
        if (sender.calls === 0) this.#senders.delete(name);
      },
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#turns.size === 0) return;
    this.#scheduled = true;
    this.#nextTurn(() => {
      this.#scheduled = false;
      this.#turn();
      this.#schedule();
    });
  }

  #turn(): void {
    const [name] = this.#turns;
    if (name === undefined) return;
    this.#turns.delete(name);
    const waiting = this.#senders.get(name)?.waiting;
    const work = waiting?.shift();
    // To the end of the line.
    if (waiting && waiting.length > 0) this.#turns.add(name);
    work?.();
  }
}

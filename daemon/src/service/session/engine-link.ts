/** Asks the running engine for another look and waits for its answer. */
import { BackscrubError, fromErrorInfo } from '../../shared/errors.js';
import type { FromEngine, Look, ToEngine } from '../../shared/protocol.js';
import type { Clock } from './ports.js';

/** The engine watches over its own life (see TIMES in machine.ts); this only bounds an engine that forgets to answer. */
const ANSWER_MS = 15_000;

/** The engine ended before it answered; the caller decides without it. */
export class EngineGone extends Error {}

interface Question {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

export class EngineLink {
  readonly #clock: Clock;
  readonly #send: (message: ToEngine) => void;
  readonly #questions = new Map<number, Question>();
  #serial = 0;

  constructor(clock: Clock, send: (message: ToEngine) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** @throws BackscrubError when the engine refuses, EngineGone when it ends first */
  async apply(look: Look): Promise<void> {
    const serial = ++this.#serial;
    await new Promise<void>((resolve, reject) => {
      const cancelTimer = this.#clock.after(ANSWER_MS, () => {
        this.#questions.delete(serial);
        reject(new BackscrubError('Failed', 'The engine did not answer in time; try again.'));
      });
      this.#questions.set(serial, { resolve, reject, cancelTimer });
      this.#send({ type: 'look', serial, look });
    });
  }

  message(message: FromEngine): void {
    if (message.type === 'look-applied') this.#take(message.serial)?.resolve();
    if (message.type === 'look-refused') this.#take(message.serial)?.reject(fromErrorInfo(message.error));
  }

  exited(): void {
    for (const serial of [...this.#questions.keys()]) this.#take(serial)?.reject(new EngineGone());
  }

  #take(serial: number): Question | undefined {
    const question = this.#questions.get(serial);
    this.#questions.delete(serial);
    question?.cancelTimer();
    return question;
  }
}

/** Asks the running engine for another look or model and waits for its answer. */
import { BackscrubError, fromErrorInfo } from '../../shared/errors.js';
import type { FromEngine, Look, ToEngine } from '../../shared/protocol.js';
import type { Clock } from './ports.js';

/** The engine watches over its own life (see TIMES in machine.ts); this only bounds an engine that forgets to answer. */
const LOOK_MS = 15_000;
/** Longer than an engine may take to check a file that it has never seen (models/check.ts), and to load it. */
const MODEL_MS = 60_000;

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
  async applyLook(look: Look): Promise<void> {
    await this.#ask(LOOK_MS, (serial) => ({ type: 'look', serial, look }));
  }

  /** @throws BackscrubError when the engine refuses, EngineGone when it ends first */
  async applyModel(model: string): Promise<void> {
    await this.#ask(MODEL_MS, (serial) => ({ type: 'model', serial, model }));
  }

  async #ask(limit: number, question: (serial: number) => ToEngine): Promise<void> {
    const serial = ++this.#serial;
    await new Promise<void>((resolve, reject) => {
      const cancelTimer = this.#clock.after(limit, () => {
        this.#questions.delete(serial);
        reject(new BackscrubError('Failed', 'The engine did not answer in time; try again.'));
      });
      this.#questions.set(serial, { resolve, reject, cancelTimer });
      this.#send(question(serial));
    });
  }

  message(message: FromEngine): void {
    if (message.type === 'look-applied' || message.type === 'model-applied') {
      this.#take(message.serial)?.resolve();
    }
    if (message.type === 'look-refused' || message.type === 'model-refused') {
      this.#take(message.serial)?.reject(fromErrorInfo(message.error));
    }
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

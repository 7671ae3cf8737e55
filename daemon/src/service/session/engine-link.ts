/** Asks the running engine for another look or model and waits for its answer. */
import { BackscrubError, type ErrorInfo, fromErrorInfo } from '../../shared/errors.js';
import type { FromEngine, Look, SnapshotOptions, ToEngine } from '../../shared/protocol.js';
import type { Clock } from './ports.js';

/** The engine watches over its own life (see TIMES in machine.ts); this only bounds an engine that forgets to answer. */
const LOOK_MS = 20_000;
/** Longer than an engine may take to check a file that it has never seen (models/check.ts), and to load it. */
const MODEL_MS = 60_000;
/** Closing one camera and opening another. */
const CAMERA_MS = 15_000;
const SNAPSHOT_MS = 5000;

/** What a change that came to nothing must not bring about later: the engine that did not answer is ended. */
const LATE: ErrorInfo = {
  code: 'Failed',
  message: 'The engine did not answer in time; it is started again.',
};

/** The engine ended before it answered; the caller decides without it. */
export class EngineGone extends Error {}

interface Question {
  readonly resolve: (answer: FromEngine) => void;
  readonly reject: (error: Error) => void;
  readonly cancelTimer: () => void;
}

export class EngineLink {
  readonly #clock: Clock;
  readonly #send: (message: ToEngine) => void;
  readonly #late: (error: ErrorInfo) => void;
  readonly #questions = new Map<number, Question>();
  #serial = 0;

  /** @param late a change was given up that the engine may still carry out: it has to end */
  constructor(clock: Clock, send: (message: ToEngine) => void, late: (error: ErrorInfo) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#late = late;
  }

  /** @throws BackscrubError when the engine refuses, EngineGone when it ends first */
  async applyLook(look: Look): Promise<void> {
    await this.#ask(LOOK_MS, (serial) => ({ type: 'look', serial, look }));
  }

  /** @throws BackscrubError when the engine refuses, EngineGone when it ends first */
  async applyModel(model: string): Promise<void> {
    await this.#ask(MODEL_MS, (serial) => ({ type: 'model', serial, model }));
  }

  /** @throws BackscrubError when the engine refuses, EngineGone when it ends first */
  async applyCamera(camera: string): Promise<void> {
    await this.#ask(CAMERA_MS, (serial) => ({ type: 'camera', serial, camera }));
  }

  /** @returns a JPEG file in base64. @throws BackscrubError when there is no frame, EngineGone when it ends first */
  async takeSnapshot(options: SnapshotOptions): Promise<string> {
    const ask = (serial: number): ToEngine => ({ type: 'snapshot', serial, ...options });
    const answer = await this.#ask(SNAPSHOT_MS, ask, false);
    return answer.type === 'snapshot' ? answer.jpeg : '';
  }

  /** @param changes whether the answer stands for a change */
  #ask(limit: number, question: (serial: number) => ToEngine, changes = true): Promise<FromEngine> {
    const serial = ++this.#serial;
    return new Promise<FromEngine>((resolve, reject) => {
      const cancelTimer = this.#clock.after(limit, () => {
        this.#questions.delete(serial);
        if (changes) this.#late(LATE);
        reject(new BackscrubError('Failed', 'The engine did not answer in time; try again.'));
      });
      this.#questions.set(serial, { resolve, reject, cancelTimer });
      this.#send(question(serial));
    });
  }

  message(message: FromEngine): void {
    switch (message.type) {
      case 'look-applied':
      case 'model-applied':
      case 'camera-applied':
      case 'snapshot':
        this.#take(message.serial)?.resolve(message);
        break;
      case 'look-refused':
      case 'model-refused':
      case 'camera-refused':
      case 'snapshot-refused':
        this.#take(message.serial)?.reject(fromErrorInfo(message.error));
        break;
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

import type { ErrorInfo } from '../../shared/errors.js';
import type { EngineStatistics, FromEngine } from '../../shared/protocol.js';

/** What is remembered of the engines that ran: how often, how they did, and what the one at work had to replace. */
export class EngineRecord {
  #starts = 0;
  #failures = 0;
  #statistics: EngineStatistics | undefined;
  /** A stand-in is at work for the chosen background or model. */
  #lookTrouble: ErrorInfo | undefined;
  #modelTrouble: ErrorInfo | undefined;

  /** How often the engine was started since the service is. */
  get starts(): number {
    return this.#starts;
  }

  /** How often that failed, or the engine afterwards. */
  get failures(): number {
    return this.#failures;
  }

  /** What the running engine has told last. */
  get statistics(): EngineStatistics | undefined {
    return this.#statistics;
  }

  /** Why the running engine does not show what was chosen. */
  get trouble(): ErrorInfo | undefined {
    return this.#lookTrouble ?? this.#modelTrouble;
  }

  started(): void {
    this.#starts++;
    this.#lookTrouble = undefined;
    this.#modelTrouble = undefined;
  }

  failed(): void {
    this.#failures++;
  }

  exited(): void {
    this.#statistics = undefined;
  }

  message(message: FromEngine): void {
    if (message.type === 'statistics') this.#statistics = message.statistics;
    // Serial 0: what the engine started with, so nobody waits for the answer.
    if (message.type === 'look-refused' && message.serial === 0) this.#lookTrouble = message.error;
    if (message.type === 'model-refused' && message.serial === 0) this.#modelTrouble = message.error;
  }

  lookChosen(): void {
    this.#lookTrouble = undefined;
  }

  modelChosen(): void {
    this.#modelTrouble = undefined;
  }
}

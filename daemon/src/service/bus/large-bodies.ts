/** Decides which large bodies come into memory at all: those of ImportBackground, and few at a time. */
import { METHODS } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { INTERFACE } from '../../shared/names.js';
import { MAX_IMPORT_BYTES } from '../../shared/stored-background.js';
import { tooLarge } from '../backgrounds/limits.js';
import type { MessageHead } from './message-reader.js';

/** Bytes of a call or a signal. Nobody but ImportBackground gets more. */
export const MAX_BODY_BYTES = 65_536;
/** Bytes of an answer to a question of ours: logind allows 8192 sessions and lists each in about 90. */
export const MAX_ANSWER_BYTES = 1 << 20;
/** Values of such an answer. Each session in logind's list has six. */
export const MAX_ANSWER_VALUES = 65_536;
/** At a time, whoever they are from: memory is bounded before anybody is asked who may. */
export const MAX_HELD = 2;

export class LargeBodies {
  readonly #senders = new Set<string>();
  readonly #released: () => void;

  /** @param released called when the memory of a body may be given back */
  constructor(released: () => void) {
    this.#released = released;
  }

  /**
   * @param head of a call whose body is longer than MAX_BODY_BYTES
   * @returns to be called when the call is answered: its body may go
   * @throws BackscrubError LimitsExceeded: the body is not to be collected
   */
  admit(head: MessageHead): () => void {
    const refusal = this.#refusal(head);
    if (refusal) throw refusal;
    const { sender } = head;
    this.#senders.add(sender);
    return () => {
      this.#senders.delete(sender);
      this.#released();
    };
  }

  #refusal(head: MessageHead): BackscrubError | undefined {
    const { sender, interface: name, member, signature, bodyLength } = head;
    const isImport = member === 'ImportBackground' && (name === INTERFACE || name === '');
    if (!isImport || signature !== METHODS.ImportBackground.inSignature) {
      return new BackscrubError(
        'LimitsExceeded',
        `The arguments of ${member} have ${bodyLength} bytes; at most ${MAX_BODY_BYTES} are read.`,
      );
    }
    // Name and options come on top of the file.
    if (bodyLength > MAX_IMPORT_BYTES + MAX_BODY_BYTES) return tooLarge(bodyLength);
    if (this.#senders.has(sender) || this.#senders.size >= MAX_HELD) {
      return new BackscrubError(
        'LimitsExceeded',
        'Other large files are being imported at this moment; try again when they are done.',
      );
    }
    return undefined;
  }
}

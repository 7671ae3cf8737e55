/** Decides which large bodies come into memory at all: those of ImportBackground, and few at a time. */
import { BackscrubError } from '../../shared/errors.js';
import { INTERFACE } from '../../shared/names.js';
import { MAX_IMPORT_BYTES } from '../../shared/stored-background.js';
import { tooLarge } from '../backgrounds/limits.js';
import { IMPORT_SIGNATURE, readImportBody } from './import-body.js';
import type { LargeArguments } from './message.js';
import { type LargeBody, MAX_BODY_BYTES } from './read-guard.js';

/** At a time, whoever they are from: memory is bounded before anybody is asked who may. */
export const MAX_HELD = 2;

export interface Admission extends LargeArguments {
  /** The call is answered: its body may go. */
  release(): void;
}

export class LargeBodies {
  readonly #senders = new Set<string>();
  readonly #released: () => void;

  /** @param released called when the memory of a body may be given back */
  constructor(released: () => void) {
    this.#released = released;
  }

  /** To be called while the message is handed out; later its body is gone. */
  admit(sender: string, interfaceName: string, member: string, body: LargeBody): Admission {
    const refusal = this.#refusal(sender, interfaceName, member, body);
    if (refusal) return { read: () => Promise.reject(refusal), release: () => {} };
    this.#senders.add(sender);
    let collected: Promise<Buffer> | undefined = body.collect();
    return {
      read: async () => {
        if (!collected) throw new Error('the body was released before it was read');
        return readImportBody(await collected, body.littleEndian);
      },
      release: () => {
        collected = undefined;
        this.#senders.delete(sender);
        this.#released();
      },
    };
  }

  #refusal(sender: string, name: string, member: string, body: LargeBody): BackscrubError | undefined {
    const isImport = member === 'ImportBackground' && (name === INTERFACE || name === '');
    if (!isImport || body.signature !== IMPORT_SIGNATURE) {
      return new BackscrubError(
        'LimitsExceeded',
        `The arguments of ${member} have ${body.length} bytes; at most ${MAX_BODY_BYTES} are read.`,
      );
    }
    // Name and options come on top of the file.
    if (body.length > MAX_IMPORT_BYTES + MAX_BODY_BYTES) return tooLarge(body.length);
    if (this.#senders.has(sender) || this.#senders.size >= MAX_HELD) {
      return new BackscrubError(
        'LimitsExceeded',
        'Other large files are being imported at this moment; try again when they are done.',
      );
    }
    return undefined;
  }
}

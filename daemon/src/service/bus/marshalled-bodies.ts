import type { MethodReply } from './message.js';
import { marshalBody } from './wire.js';

/**
 * The bytes of answers that stay the same. For a list of some kilobytes the library takes milliseconds, each time; one frozen value
 * (keepLast) is marshalled once, and forgotten with the value.
 */
export class MarshalledBodies {
  readonly #bytes = new WeakMap<object, Buffer>();

  /** @returns undefined for what may be another the next time */
  get({ signature, body }: MethodReply): Buffer | undefined {
    const value = body[0];
    if (body.length !== 1 || typeof value !== 'object' || value === null) return undefined;
    if (!Object.isFrozen(value)) return undefined;
    let bytes = this.#bytes.get(value);
    if (!bytes) {
      bytes = marshalBody({ signature, body });
      this.#bytes.set(value, bytes);
    }
    return bytes;
  }
}

import { Message, MessageType } from 'dbus-next';
import { marshallMessage } from 'dbus-next/lib/marshall-compat.js';
import type { MethodReply } from './message.js';
import { toWire } from './wire.js';

/** Of the length of the body in a message's header (D-Bus specification, "Message Format"). */
const BODY_LENGTH_AT = 4;

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
      bytes = marshal(signature, body);
      this.#bytes.set(value, bytes);
    }
    return bytes;
  }
}

function marshal(signature: string, body: readonly unknown[]): Buffer {
  const message = new Message({
    type: MessageType.METHOD_RETURN,
    serial: 1,
    // The library's types say text, the library wants a number.
    replySerial: 1 as unknown as string,
    destination: ':1.1',
    signature,
    body: body.map(toWire),
  });
  const [bytes] = marshallMessage(message);
  // A copy, since a view would keep the whole message.
  return Buffer.from(bytes.subarray(bytes.length - bytes.readUInt32LE(BODY_LENGTH_AT)));
}

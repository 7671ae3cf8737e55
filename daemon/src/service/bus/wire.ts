/** From our plain values to what dbus-next marshals: its own Variant class, mutable arrays, Buffers; and to the bytes of that. */
import { createRequire } from 'node:module';
import { Message, MessageType, Variant } from 'dbus-next';
import { isVariant, type MethodReply } from './message.js';

// Not exported; the lock file holds the version.
const { marshallMessage } = createRequire(import.meta.url)('dbus-next/lib/marshall-compat.js') as {
  /** @returns the bytes of a message, and descriptors; changes the message */
  marshallMessage(message: Message): [bytes: Buffer, descriptors: unknown[]];
};

/** Of the length of the body in a message's header (D-Bus specification, "Message Format"). */
const BODY_LENGTH_AT = 4;

/** @param value a value of any D-Bus type; variants are `{ signature, value }` */
export function toWire(value: unknown): unknown {
  if (isVariant(value)) return new Variant(value.signature, toWire(value.value));
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
  }
  return value;
}

/** @returns the bytes of an answer's body, which begin at a place that is aligned to 8 */
export function marshalBody({ signature, body }: MethodReply): Buffer {
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

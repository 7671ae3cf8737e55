/** From our plain values to what dbus-next marshals: its own Variant class, mutable arrays, Buffers. */
import { Variant } from 'dbus-next';
import { isVariant } from './message.js';

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

/**
 * Reads protobuf messages (protobuf.dev, "Encoding"), as far as ONNX uses them. Nothing in the file is trusted: every
 * length is checked against the message that holds it, and values are views into the file.
 */
import { badModel } from '../bad-model.js';
import type { ModelBudget } from '../model-budget.js';

/** `number` for varints and 32-bit fields (raw bits), bytes for fields with a length. 64-bit fields are skipped. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array | undefined;
  /** The whole field with its tag, to be copied as it is. */
  readonly raw: Uint8Array;
}

const MAX_TEXT = 1024;

function damaged(what: string): Error {
  return badModel(`it is damaged or cut off (${what})`);
}

/** One message's fields, in the file's order. @throws BackscrubError BadModel */
export function* fieldsOf(message: Uint8Array, what: string, budget: ModelBudget): Generator<Field> {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = message[position++];
      if (byte === undefined) throw damaged(what);
      // Beyond 53 bits the number is only approximate: far above every limit, which is all that counts.
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw damaged(what);
  };
  while (position < message.length) {
    budget.spend(1);
    const start = position;
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number < 1 || number >= 2 ** 29) throw damaged(what);
    let value = 0;
    let bytes: Uint8Array | undefined;
    const wire = tag % 8;
    if (wire === 0) value = varint();
    else if (wire === 1) position += 8;
    else if (wire === 5) position += 4;
    else if (wire === 2) {
      const length = varint();
      if (length > message.length - position) throw damaged(what);
      bytes = message.subarray(position, position + length);
      position += length;
    } else throw damaged(what);
    if (position > message.length) throw damaged(what);
    yield { number, value, bytes, raw: message.subarray(start, position) };
  }
}

/** The bytes of a field that must have a length. */
export function bytesOf(field: Field, what: string): Uint8Array {
  if (field.bytes === undefined) throw damaged(what);
  return field.bytes;
}

/** Names are compared, so that they are never cut; those that are too long are refused. */
export function textOf(field: Field, what: string): string {
  const bytes = bytesOf(field, what);
  if (bytes.length > MAX_TEXT) throw badModel(`${what} has a name of ${bytes.length} bytes`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** The varints of a repeated field, packed or single. */
export function varintsOf(field: Field, limit: number, what: string): number[] {
  if (field.bytes === undefined) return [field.value];
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const byte of field.bytes) {
    value += (byte & 0x7f) * 2 ** (7 * shift++);
    if (byte >= 0x80) {
      if (shift >= 10) throw damaged(what);
      continue;
    }
    values.push(value);
    if (values.length > limit) throw badModel(`${what} has more than ${limit} numbers`);
    value = 0;
    shift = 0;
  }
  if (shift > 0) throw damaged(what);
  return values;
}

/** For messages on terminals and in logs: no control characters, not too long. */
export function printable(text: string): string {
  const clean = text.replace(/\p{C}/gu, '?');
  return clean.length > 80 ? `${clean.slice(0, 77)}...` : clean;
}

/**
 * Reads values from the bytes of a message (D-Bus specification, "Marshaling"). Anybody may send us any message, so what reading
 * costs is bounded: a body has at most so many values, and variants lie in each other only so deep.
 *
 * The bus daemon has checked that body and signature agree, but nothing here relies on it.
 */
import { BackscrubError } from '../../shared/errors.js';

/** Of one body that anybody may send, counted with everything that lies in another value; bytes of an array of bytes are not counted. */
export const MAX_VALUES = 8192;
/** Containers around a value, variants among them. */
const MAX_DEPTH = 32;
/** The same around one that is stepped over: more than the bus daemon lets pass. */
const MAX_SKIPPED_DEPTH = 160;

/** Bytes between the beginnings of two values of a type. */
const ALIGNMENT: Readonly<Record<string, number>> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  h: 4,
  s: 4,
  o: 4,
  a: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};

/** Bytes of a value whose type has always the same number; those of alignment 1 are not among them. */
const FIXED = 'ynqbiuhxtd';

/**
 * @param signature any number of types
 * @param most values that the body may have
 * @returns a value for each; variants are `{ signature, value }`, dictionaries objects, arrays of bytes views of the body
 * @throws BackscrubError InvalidArgs, LimitsExceeded
 */
export function readValues(
  body: Buffer,
  signature: string,
  littleEndian: boolean,
  most = MAX_VALUES,
): unknown[] {
  const reader = new ValueReader(body, littleEndian, most);
  const values: unknown[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = typeEnd(signature, at);
    values.push(reader.value(signature.slice(at, end)));
    at = end;
  }
  if (reader.at !== body.length) throw damaged('it does not end where it should');
  return values;
}

export class ValueReader {
  at = 0;
  readonly #bytes: Buffer;
  readonly #little: boolean;
  readonly #most: number;
  #left: number;
  #depth = 0;

  /**
   * @param bytes begin at a place that is aligned to 8
   * @param most values that are read or stepped over
   */
  constructor(bytes: Buffer, littleEndian: boolean, most = MAX_VALUES) {
    this.#bytes = bytes;
    this.#little = littleEndian;
    this.#most = most;
    this.#left = most;
  }

  get ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  align(boundary: number): void {
    this.#take((boundary - (this.at % boundary)) % boundary);
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  uint32(): number {
    this.align(4);
    const at = this.#take(4);
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at);
  }

  string(): string {
    return this.#text(this.uint32());
  }

  signature(): string {
    return this.#text(this.byte());
  }

  /** @param type one complete type */
  value(type: string): unknown {
    this.#count();
    switch (type[0]) {
      case 's':
      case 'o':
        return this.string();
      case 'g':
        return this.signature();
      case 'v':
        return this.#within(() => this.#variant());
      case 'a':
        return this.#within(() => this.#array(type.slice(1)));
      case '(':
        return this.#within(() => this.#structure(type.slice(1, -1)));
      default:
        return this.#number(type);
    }
  }

  /** Steps over a value without looking at more of it than its length. @param type one complete type */
  skip(type: string): void {
    this.#count();
    const kind = type[0] ?? '';
    if (kind === 'v') this.#within(() => this.skip(singleType(this.signature())), MAX_SKIPPED_DEPTH);
    else if (kind === 'g') this.#text(this.byte());
    else if (kind === 's' || kind === 'o') this.#take(this.uint32() + 1);
    else if (kind === 'a') {
      const length = this.uint32();
      this.align(alignmentOf(type.slice(1)));
      this.#take(length);
    } else if (kind === '(' || kind === '{') {
      this.align(8);
      this.#within(() => {
        for (let at = 1; at < type.length - 1; ) {
          const end = typeEnd(type, at);
          this.skip(type.slice(at, end));
          at = end;
        }
      }, MAX_SKIPPED_DEPTH);
    } else {
      if (!FIXED.includes(kind) || kind === '') throw damaged('it has a type that does not exist');
      this.align(alignmentOf(kind));
      this.#take(alignmentOf(kind));
    }
  }

  #variant(): unknown {
    const signature = this.signature();
    return { signature, value: this.value(singleType(signature)) };
  }

  #array(type: string): unknown {
    const length = this.uint32();
    this.align(alignmentOf(type));
    if (type === 'y') {
      const at = this.#take(length);
      return this.#bytes.subarray(at, at + length);
    }
    const end = this.at + length;
    if (end > this.#bytes.length) throw damaged('an array is longer than the message');
    const items: unknown[] = [];
    if (type[0] === '{') {
      const keyEnd = typeEnd(type, 1);
      const entries: [string, unknown][] = [];
      while (this.at < end) {
        this.align(8);
        const key = String(this.value(type.slice(1, keyEnd)));
        entries.push([key, this.value(type.slice(keyEnd, -1))]);
      }
      if (this.at !== end) throw damaged('an array does not end where it should');
      // Own properties, whatever their names.
      return Object.fromEntries(entries);
    }
    while (this.at < end) items.push(this.value(type));
    if (this.at !== end) throw damaged('an array does not end where it should');
    return items;
  }

  #structure(members: string): unknown[] {
    this.align(8);
    const values: unknown[] = [];
    for (let at = 0; at < members.length; ) {
      const end = typeEnd(members, at);
      values.push(this.value(members.slice(at, end)));
      at = end;
    }
    return values;
  }

  #number(type: string): number | bigint | boolean {
    if (type.length !== 1 || !FIXED.includes(type)) throw damaged('it has a type that does not exist');
    const size = alignmentOf(type);
    this.align(size);
    const at = this.#take(size);
    const bytes = this.#bytes;
    const little = this.#little;
    switch (type) {
      case 'y':
        return bytes.readUInt8(at);
      case 'n':
        return little ? bytes.readInt16LE(at) : bytes.readInt16BE(at);
      case 'q':
        return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
      case 'b':
        return (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) !== 0;
      case 'i':
        return little ? bytes.readInt32LE(at) : bytes.readInt32BE(at);
      case 'x':
        return little ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at);
      case 't':
        return little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
      case 'd':
        return little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
      default:
        // Also the place of a descriptor, which never comes along.
        return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    }
  }

  #text(length: number): string {
    const at = this.#take(length + 1);
    if (this.#bytes[at + length] !== 0) throw damaged('a text does not end');
    return this.#bytes.toString('utf8', at, at + length);
  }

  #count(): void {
    if (--this.#left >= 0) return;
    throw new BackscrubError('LimitsExceeded', `A message may have at most ${this.#most} values.`);
  }

  #within<T>(read: () => T, deepest = MAX_DEPTH): T {
    if (++this.#depth > deepest) {
      throw new BackscrubError('LimitsExceeded', `Values may lie in each other at most ${deepest} deep.`);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  /** Moves on. @returns where it was */
  #take(length: number): number {
    const { at } = this;
    if (length > this.#bytes.length - at) throw damaged('it ends too early');
    this.at = at + length;
    return at;
  }
}

function alignmentOf(type: string): number {
  const boundary = ALIGNMENT[type[0] ?? ''];
  if (boundary === undefined) throw damaged('it has a type that does not exist');
  return boundary;
}

/** @returns where the complete type ends that begins there */
function typeEnd(signature: string, at: number): number {
  let end = at;
  while (signature[end] === 'a') end++;
  let open = 0;
  do {
    const letter = signature[end];
    if (letter === undefined) throw damaged('a type does not end');
    if (letter === '(' || letter === '{') open++;
    else if (letter === ')' || letter === '}') open--;
    end++;
  } while (open > 0);
  if (open < 0) throw damaged('a type ends twice');
  return end;
}

/** Of a variant, which has exactly one. */
function singleType(signature: string): string {
  if (signature === '' || typeEnd(signature, 0) !== signature.length) {
    throw damaged('a variant has no type, or several');
  }
  return signature;
}

function damaged(how: string): BackscrubError {
  return new BackscrubError('InvalidArgs', `The message is not what its signature says: ${how}.`);
}

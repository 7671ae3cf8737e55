/**
 * Takes messages apart as they come over the connection (D-Bus specification, "Message Protocol"). Of each one the head is read,
 * which is short, and whoever gets it says whether the body is wanted: anybody on the bus may send us any message, and a body
 * that nobody asks for is neither kept nor looked at. It stands in for the reader of dbus-next, which parses all of a message first.
 */
import { ValueReader } from './value-reader.js';

/** Of the fixed part of a message's header. */
const FIXED_BYTES = 16;
const LITTLE_ENDIAN = 0x6c;
/** Nobody needs more than a kilobyte; a message with a longer head is passed over, since nobody can say whose it is. */
export const MAX_HEAD_BYTES = 65_536;
/** Fields, and values in those that are stepped over; there are ten fields that have a meaning. */
const MAX_HEAD_VALUES = 1024;
/** Of a path, which the specification does not limit. */
const MAX_PATH = 1024;

export const MESSAGE = { call: 1, answer: 2, error: 3, signal: 4 } as const;

/** What comes before the body; texts are "" when the message has none. */
export interface MessageHead {
  readonly type: number;
  readonly flags: number;
  readonly serial: number;
  readonly littleEndian: boolean;
  /** Bytes. */
  readonly bodyLength: number;
  /** Cut off where it is longer than any path of ours. */
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly errorName: string;
  /** 0: none. */
  readonly replySerial: number;
  /** Unique name of the sender, stamped by the bus daemon. */
  readonly sender: string;
  readonly signature: string;
}

/** Gets the body when all of it is there. The bytes are the receiver's. */
export type BodyReceiver = (body: Buffer) => void;

/** @returns who gets the body; undefined: it is passed over */
export type HeadHandler = (head: MessageHead) => BodyReceiver | undefined;

const NOBODY: BodyReceiver = () => {};

export class MessageReader {
  readonly #handle: HeadHandler;
  /** What comes next. */
  #part: 'fixed' | 'fields' | 'body' = 'fixed';
  #fixed: Buffer = Buffer.alloc(0);
  /** Filled with what comes next, as soon as not all of it comes at once. */
  #partial: Buffer | undefined;
  #filled = 0;
  #wanted = FIXED_BYTES;
  /** Bytes that nobody wants. */
  #skip = 0;
  #receiver: BodyReceiver = NOBODY;

  constructor(handle: HeadHandler) {
    this.#handle = handle;
  }

  /** Takes the next bytes from the connection, any number. */
  feed(bytes: Buffer): void {
    let at = 0;
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#skip > 0) return;
      const missing = this.#wanted - this.#filled;
      const next = bytes.subarray(at, at + missing);
      at += next.length;
      // What has come whole is not copied.
      if (next.length === this.#wanted) {
        this.#take(next);
        continue;
      }
      if (next.length === 0 && missing > 0) return;
      // Not from the pool: a large body goes back as soon as nobody needs it.
      this.#partial ??= Buffer.allocUnsafeSlow(this.#wanted);
      this.#filled += next.copy(this.#partial, this.#filled);
      if (this.#filled < this.#wanted) return;
      const whole = this.#partial;
      this.#partial = undefined;
      this.#filled = 0;
      this.#take(whole);
    }
  }

  #take(bytes: Buffer): void {
    if (this.#part === 'fixed') this.#takeFixed(bytes);
    else if (this.#part === 'fields') this.#takeFields(bytes);
    else {
      const receiver = this.#receiver;
      this.#expectMessage();
      receiver(ownBytes(bytes));
    }
  }

  #takeFixed(bytes: Buffer): void {
    const fields = padded(readUint32(bytes, 12));
    if (fields > MAX_HEAD_BYTES) {
      this.#skip = fields + readUint32(bytes, 4);
      return;
    }
    this.#fixed = Buffer.from(bytes);
    this.#part = 'fields';
    this.#wanted = fields;
  }

  #takeFields(bytes: Buffer): void {
    const bodyLength = readUint32(this.#fixed, 4);
    const head = readHead(this.#fixed, bytes, bodyLength);
    this.#expectMessage();
    const receiver = head && this.#handle(head);
    if (receiver === undefined) {
      this.#skip = bodyLength;
      return;
    }
    this.#part = 'body';
    this.#wanted = bodyLength;
    this.#receiver = receiver;
  }

  #expectMessage(): void {
    this.#part = 'fixed';
    this.#wanted = FIXED_BYTES;
    this.#receiver = NOBODY;
  }
}

const TEXT_FIELDS: Readonly<Record<number, readonly ['path' | TextField, string]>> = {
  1: ['path', 'o'],
  2: ['interface', 's'],
  3: ['member', 's'],
  4: ['errorName', 's'],
  7: ['sender', 's'],
  8: ['signature', 'g'],
};
type TextField = 'interface' | 'member' | 'errorName' | 'sender' | 'signature';
const REPLY_SERIAL = 5;

/** @returns undefined for fields that no bus daemon lets pass, or too many of them */
function readHead(fixed: Buffer, fields: Buffer, bodyLength: number): MessageHead | undefined {
  const littleEndian = fixed[0] === LITTLE_ENDIAN;
  const texts = { path: '', interface: '', member: '', errorName: '', sender: '', signature: '' };
  let replySerial = 0;
  try {
    const end = readUint32(fixed, 12);
    const reader = new ValueReader(fields, littleEndian, MAX_HEAD_VALUES);
    while (reader.at < end) {
      reader.align(8);
      if (reader.at >= end) break;
      const code = reader.byte();
      const type = reader.signature();
      const [name, expected] = TEXT_FIELDS[code] ?? [];
      if (name !== undefined && type === expected) {
        texts[name] = String(reader.value(type)).slice(0, MAX_PATH);
      } else if (code === REPLY_SERIAL && type === 'u') replySerial = Number(reader.value(type));
      // Of a later version of the specification, or of somebody's own.
      else reader.skip(type);
    }
  } catch {
    return undefined;
  }
  const [, type = 0, flags = 0] = fixed;
  const serial = readUint32(fixed, 8);
  return { type, flags, serial, littleEndian, bodyLength, replySerial, ...texts };
}

/** In the order of bytes that the message says. */
function readUint32(fixed: Buffer, at: number): number {
  return fixed[0] === LITTLE_ENDIAN ? fixed.readUInt32LE(at) : fixed.readUInt32BE(at);
}

/** The body begins at a multiple of 8. */
function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

/** What arrived with much else would keep all of it in memory. */
function ownBytes(bytes: Buffer): Buffer {
  return bytes.buffer.byteLength === bytes.length ? bytes : Buffer.from(bytes);
}

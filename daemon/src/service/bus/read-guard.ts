/**
 * Stands between the socket and dbus-next's reader. Anybody on the bus may send us any message, and that reader
 * - parses a whole body before anyone can look at the signature: 16 MB of variants take half a minute and 1.5 GB;
 * - throws out of an event handler, which ends the process, for a file descriptor that did not come along, and for a
 *   message that is cut off by the end of the connection.
 * Layout of a message: D-Bus specification, "Message Protocol".
 */
import type { Socket } from 'node:net';

/** Of the fixed part of a message's header. */
const HEADER_BYTES = 16;
/** Longer ones are not for dbus-next: they are thrown away, or collected for whoever asks (LargeBody). */
export const MAX_BODY_BYTES = 65_536;
const LITTLE_ENDIAN = 0x6c;
const SIGNATURE_FIELD = 8;

/** The body of a message that was handed out without it, because it is longer than MAX_BODY_BYTES. */
export class LargeBody {
  #buffer: Buffer | undefined;
  #filled = 0;
  #arrived: (body: Buffer) => void = () => {};

  /**
   * @param signature what the message really has; the reader was shown another one
   * @param length bytes
   */
  constructor(
    readonly signature: string,
    readonly length: number,
    readonly littleEndian: boolean,
  ) {}

  /**
   * Keeps the body, which is still to come; whoever does not ask while the message is handed out does not get it. Resolves
   * when all of it is there: never, when the connection ends before.
   */
  collect(): Promise<Buffer> {
    // Not from the pool, so that the memory goes back as soon as nobody needs it.
    this.#buffer = Buffer.allocUnsafeSlow(this.length);
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  /** Takes the next bytes from the connection. */
  add(bytes: Buffer): void {
    if (!this.#buffer) return;
    this.#filled += bytes.copy(this.#buffer, this.#filled);
    if (this.#filled < this.length) return;
    this.#arrived(this.#buffer);
    // Whoever asked has it; nothing here keeps it.
    this.#arrived = () => {};
    this.#buffer = undefined;
  }
}

/** What dbus-next reads from: asks for an exact number of bytes and gets them all or null. */
export type Read = (size: number) => Buffer | null;

export interface ByteSource {
  /** Bytes that are there now. */
  readonly readableLength: number;
  read(size: number): unknown;
}

/** Keeps track of where in a message the reader is; starts when the first header comes. */
export class ReadGuard {
  readonly #source: ByteSource;
  #next: 'handshake' | 'header' | 'rest' = 'handshake';
  /** Bytes of a body that the reader does not see, before the next header. */
  #skip = 0;
  #littleEndian = true;
  #large: LargeBody | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** What the message at hand goes without; asked for while it is handed out. */
  get large(): LargeBody | undefined {
    return this.#large;
  }

  read(size: number): Buffer | null {
    // The handshake is read byte by byte.
    if (this.#next === 'handshake' && size === HEADER_BYTES) this.#next = 'header';
    if (this.#next === 'header' && !this.#skipped()) return null;
    const chunk = this.#source.read(size);
    if (!(chunk instanceof Buffer)) return null;
    // Less than asked for: the connection has ended in the middle of a message.
    if (chunk.length < size) return null;
    if (this.#next === 'header') this.#header(chunk);
    else if (this.#next === 'rest') this.#rest(chunk);
    return chunk;
  }

  /** An oversized message goes on without its body. */
  #header(header: Buffer): void {
    this.#next = 'rest';
    this.#large = undefined;
    this.#littleEndian = header[0] === LITTLE_ENDIAN;
    const length = this.#littleEndian ? header.readUInt32LE(4) : header.readUInt32BE(4);
    if (length <= MAX_BODY_BYTES) return;
    this.#skip = length;
    header.writeUInt32LE(0, 4);
  }

  #rest(chunk: Buffer): void {
    this.#next = 'header';
    if (this.#skip > 0) {
      this.#large = new LargeBody(disguiseSignature(chunk), this.#skip, this.#littleEndian);
    }
    // A list that has everything: a descriptor is read as `undefined`, and the call fails later for its signature.
    else Object.assign(chunk, { fds: { length: Number.POSITIVE_INFINITY } });
  }

  #skipped(): boolean {
    while (this.#skip > 0) {
      const chunk = this.#source.read(Math.min(this.#skip, this.#source.readableLength));
      if (!(chunk instanceof Buffer) || chunk.length === 0) return false;
      this.#skip -= chunk.length;
      this.#large?.add(chunk);
    }
    return true;
  }
}

/**
 * Overwrites the signature of a message without body by one of bytes, so that the reader looks for nothing in it. All fields
 * begin at a multiple of 8 from the start of the chunk.
 * @returns the signature that was there, "" when there was none
 */
function disguiseSignature(fields: Buffer): string {
  for (let at = 0; at + 8 <= fields.length; ) {
    // Code of the field, then a signature of one letter: its length, the letter, a zero byte.
    const code = fields[at];
    const type = String.fromCharCode(fields[at + 2] ?? 0);
    if (type === 'g') {
      const length = fields[at + 4] ?? 0;
      if (code === SIGNATURE_FIELD) {
        const signature = fields.toString('latin1', at + 5, at + 5 + length);
        fields.fill('y', at + 5, at + 5 + length);
        return signature;
      }
      at += 6 + length;
    } else if (type === 'u') at += 8;
    else at += 9 + stringLength(fields, at + 4);
    at = Math.ceil(at / 8) * 8;
  }
  return '';
}

/** The bus daemon has checked the message; a length that does not fit ends the search. */
function stringLength(fields: Buffer, at: number): number {
  const little = fields.readUInt32LE(at);
  return little <= fields.length ? little : fields.readUInt32BE(at);
}

/** Puts a guard on the socket of a dbus-next connection. */
export function guardReads(stream: Socket): ReadGuard {
  const read = stream.read.bind(stream);
  const guard = new ReadGuard({
    get readableLength() {
      return stream.readableLength;
    },
    read,
  });
  stream.read = (size?: number): unknown => (size === undefined ? read() : guard.read(size));
  return guard;
}

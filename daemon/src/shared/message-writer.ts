/**
 * Writes D-Bus messages that carry many bytes. dbus-next marshals `ay` as one object for each byte, which takes minutes for
 * a picture of some megabytes; here the bytes are copied once. Little endian only; layout: D-Bus specification, "Marshaling"
 * and "Message Format".
 */

const LITTLE_ENDIAN = 0x6c;
const PROTOCOL_VERSION = 1;

/** A value together with its type: s, b, u, d, or a structure of these. */
export interface TypedValue {
  readonly signature: string;
  readonly value: unknown;
}

/** Values one after the other, each aligned from the beginning. */
export class ValueWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  align(boundary: number): this {
    return this.#raw(Buffer.alloc((boundary - (this.#length % boundary)) % boundary));
  }

  byte(value: number): this {
    return this.#raw(Buffer.of(value));
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return this.align(4).#raw(bytes);
  }

  double(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return this.align(8).#raw(bytes);
  }

  /** @throws TypeError for a text with a zero byte: the bus daemon ends the connection of a process that sends one */
  string(text: string): this {
    if (text.includes('\0')) throw new TypeError('a text has a zero byte');
    return this.uint32(Buffer.byteLength(text)).#raw(Buffer.from(`${text}\0`));
  }

  signature(text: string): this {
    return this.byte(text.length).#raw(Buffer.from(`${text}\0`, 'latin1'));
  }

  /** `ay`; the bytes are kept by reference until `finish`. */
  bytes(data: Uint8Array): this {
    return this.uint32(data.length).#raw(data);
  }

  variant({ signature, value }: TypedValue): this {
    this.signature(signature);
    return this.#value(signature, value);
  }

  /** `a{sv}`. */
  dictionary(entries: Readonly<Record<string, TypedValue>>): this {
    // Its length counts from the first entry on, so it is written apart, from an aligned place.
    const content = new ValueWriter();
    for (const [key, value] of Object.entries(entries)) content.align(8).string(key).variant(value);
    return this.uint32(content.length).align(8).#raw(content.finish());
  }

  /** What is marshalled already, from a place that is aligned to 8. */
  marshalled(bytes: Uint8Array): this {
    return this.align(8).#raw(bytes);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }

  #value(signature: string, value: unknown): this {
    switch (signature) {
      case 's':
        return this.string(String(value));
      case 'b':
        return this.uint32(value === true ? 1 : 0);
      case 'u':
        return this.uint32(Number(value));
      case 'd':
        return this.double(Number(value));
    }
    const members = /^\(([sbud]+)\)$/.exec(signature)?.[1];
    if (members === undefined || !Array.isArray(value)) throw new TypeError(`cannot write ${signature}`);
    this.align(8);
    members.split('').forEach((member, index) => {
      this.#value(member, value[index]);
    });
    return this;
  }

  #raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}

/** Header fields by their code (D-Bus specification, "Header Fields"), with the type of each. */
const FIELDS = {
  path: [1, 'o'],
  interface: [2, 's'],
  member: [3, 's'],
  errorName: [4, 's'],
  replySerial: [5, 'u'],
  destination: [6, 's'],
  signature: [8, 'g'],
} as const;

export interface MessageHead {
  /** 1 = call, 2 = answer, 3 = error. */
  readonly type: 1 | 2 | 3;
  readonly flags: number;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination: string;
  readonly signature: string;
}

/** A whole message, ready for the socket. */
export function writeMessage(head: MessageHead, body: ValueWriter): Buffer {
  const fields = new ValueWriter();
  for (const [name, [code, type]] of Object.entries(FIELDS)) {
    const value = head[name as keyof typeof FIELDS];
    if (value === undefined) continue;
    fields.align(8).byte(code).signature(type);
    if (type === 'g') fields.signature(String(value));
    else if (type === 'u') fields.uint32(Number(value));
    else fields.string(String(value));
  }
  const message = new ValueWriter()
    .byte(LITTLE_ENDIAN)
    .byte(head.type)
    .byte(head.flags)
    .byte(PROTOCOL_VERSION)
    .uint32(body.length)
    .uint32(head.serial)
    .uint32(fields.length);
  // 16 bytes so far: what is aligned in the fields is aligned here.
  return Buffer.concat([message.finish(), fields.finish(), padding(fields.length), body.finish()]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((8 - (length % 8)) % 8);
}

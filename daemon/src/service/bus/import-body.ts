/**
 * Reads the arguments of ImportBackground (`saya{sv}`) from the bytes of a large message: dbus-next keeps a message in
 * several copies and holds up everybody else meanwhile. Layout: D-Bus specification, "Marshaling".
 *
 * The bus daemon has checked that body and signature agree, but nothing here relies on it.
 */
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';

export const IMPORT_SIGNATURE = 'saya{sv}';
/** More than the method knows, so that a wrong key can still be named. */
const MAX_OPTIONS = 16;

/** @throws BackscrubError InvalidArgs */
export function readImportBody(
  body: Buffer,
  littleEndian: boolean,
): [string, Buffer, Record<string, Variant>] {
  const reader = new Reader(body, littleEndian);
  const name = reader.string();
  const data = reader.bytes();
  const options: Record<string, Variant> = {};
  const end = reader.arrayOfEntries();
  while (reader.at < end) {
    reader.align(8);
    const key = reader.string();
    if (Object.keys(options).length === MAX_OPTIONS) throw damaged('more options than there can be');
    Object.defineProperty(options, key, { value: reader.variant(key), enumerable: true, configurable: true });
  }
  if (reader.at !== end || end !== body.length) throw damaged('it does not end where it should');
  return [name, data, options];
}

class Reader {
  at = 0;

  constructor(
    readonly body: Buffer,
    readonly littleEndian: boolean,
  ) {}

  align(boundary: number): void {
    const padding = (boundary - (this.at % boundary)) % boundary;
    this.#take(padding);
  }

  uint32(): number {
    this.align(4);
    const at = this.#take(4);
    return this.littleEndian ? this.body.readUInt32LE(at) : this.body.readUInt32BE(at);
  }

  double(): number {
    this.align(8);
    const at = this.#take(8);
    return this.littleEndian ? this.body.readDoubleLE(at) : this.body.readDoubleBE(at);
  }

  string(): string {
    const length = this.uint32();
    const at = this.#take(length + 1);
    if (this.body[at + length] !== 0) throw damaged('a text does not end');
    return this.body.toString('utf8', at, at + length);
  }

  bytes(): Buffer {
    const length = this.uint32();
    const at = this.#take(length);
    return this.body.subarray(at, at + length);
  }

  /** @returns where the entries end; they begin here */
  arrayOfEntries(): number {
    const length = this.uint32();
    this.align(8);
    const end = this.at + length;
    if (end > this.body.length) throw damaged('its options are longer than the message');
    return end;
  }

  /** Of the types that an option can have. */
  variant(key: string): Variant {
    const length = this.body[this.#take(1)] ?? 0;
    const at = this.#take(length + 1);
    const signature = this.body.toString('latin1', at, at + length);
    switch (signature) {
      case 's':
        return { signature, value: this.string() };
      case 'b':
        return { signature, value: this.uint32() !== 0 };
      case 'u':
        return { signature, value: this.uint32() };
      case 'd':
        return { signature, value: this.double() };
      case '(dd)':
        this.align(8);
        return { signature, value: [this.double(), this.double()] };
      default:
        throw new BackscrubError(
          'InvalidArgs',
          `The option "${key.slice(0, 80)}" has the type "${signature.slice(0, 80)}", which no option of ImportBackground has.`,
        );
    }
  }

  /** Moves on. @returns where it was */
  #take(length: number): number {
    const { at } = this;
    if (length > this.body.length - at) throw damaged('it ends too early');
    this.at = at + length;
    return at;
  }
}

function damaged(how: string): BackscrubError {
  return new BackscrubError('InvalidArgs', `The message is not what its signature says: ${how}.`);
}

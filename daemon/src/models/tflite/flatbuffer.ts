/**
 * A minimal reader of FlatBuffers tables (flatbuffers.dev, "FlatBuffers internals"): little-endian, a table starts
 * with the signed distance back to its vtable; the vtable holds its own size, the table's size, then one 16-bit field
 * offset per field, 0 = absent. Nothing in the file is trusted: every offset is checked against the file before it is
 * followed, and nothing is copied that is larger than the file.
 */
import { badModel } from '../bad-model.js';
import type { ModelBudget } from '../model-budget.js';

/** Bytes of a string that are read, the rest is left out; names in models are far shorter. */
const MAX_STRING = 256;

export class FlatBuffer {
  readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly budget: ModelBudget,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws BackscrubError BadModel unless `size` bytes at `position` lie inside the file. */
  check(position: number, size: number): void {
    if (position < 0 || position + size > this.bytes.length) {
      throw badModel(`it is damaged or cut off (byte ${position} is outside its ${this.bytes.length} bytes)`);
    }
  }

  uint32(position: number): number {
    this.check(position, 4);
    return this.view.getUint32(position, true);
  }

  /** Follows an unsigned offset, which counts from its own position. */
  follow(position: number): number {
    const distance = this.uint32(position);
    if (distance === 0) throw badModel(`it is damaged (an offset at byte ${position} points to itself)`);
    return position + distance;
  }

  root(): Table {
    return new Table(this, this.follow(0));
  }
}

export class Table {
  readonly #vtable: number;
  readonly #vtableSize: number;
  readonly #size: number;

  constructor(
    readonly file: FlatBuffer,
    readonly position: number,
  ) {
    file.budget.spend(1);
    file.check(position, 4);
    const vtable = position - file.view.getInt32(position, true);
    file.check(vtable, 4);
    this.#vtable = vtable;
    this.#vtableSize = file.view.getUint16(vtable, true);
    this.#size = file.view.getUint16(vtable + 2, true);
    if (this.#vtableSize < 4 || this.#size < 4) throw badModel(`it is damaged (table at byte ${position})`);
    file.check(vtable, this.#vtableSize);
    file.check(position, this.#size);
  }

  /** How many fields the writer of the file knew, set or not. */
  get fieldCount(): number {
    return (this.#vtableSize - 4) >> 1;
  }

  /** Position of a field of `size` bytes, or 0 when it is absent (no field can lie at byte 0). */
  field(index: number, size: number): number {
    if (index >= this.fieldCount) return 0;
    const offset = this.file.view.getUint16(this.#vtable + 4 + 2 * index, true);
    if (offset === 0) return 0;
    if (offset < 4 || offset + size > this.#size) {
      throw badModel(`it is damaged (field ${index} of the table at byte ${this.position})`);
    }
    return this.position + offset;
  }

  int8(index: number, absent = 0): number {
    const at = this.field(index, 1);
    return at === 0 ? absent : this.file.view.getInt8(at);
  }

  uint8(index: number, absent = 0): number {
    const at = this.field(index, 1);
    return at === 0 ? absent : this.file.view.getUint8(at);
  }

  int32(index: number, absent = 0): number {
    const at = this.field(index, 4);
    return at === 0 ? absent : this.file.view.getInt32(at, true);
  }

  uint32(index: number, absent = 0): number {
    const at = this.field(index, 4);
    return at === 0 ? absent : this.file.view.getUint32(at, true);
  }

  table(index: number): Table | undefined {
    const at = this.field(index, 4);
    return at === 0 ? undefined : new Table(this.file, this.file.follow(at));
  }

  /** Names end up in messages on terminals and in logs, hence without control characters. */
  string(index: number): string | undefined {
    const bytes = this.bytes(index);
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAX_STRING)).toString(
      'utf8',
    );
    return text.replace(/\p{C}/gu, '?');
  }

  /** A view of a byte vector; nothing is copied. */
  bytes(index: number): Uint8Array | undefined {
    const vector = this.#vector(index, 1);
    return vector && this.file.bytes.subarray(vector.start, vector.start + vector.length);
  }

  int32s(index: number, limit: number, what: string): number[] | undefined {
    const vector = this.#vector(index, 4, limit, what);
    if (vector === undefined) return undefined;
    this.file.budget.spend(vector.length);
    const { view } = this.file;
    return Array.from({ length: vector.length }, (_, i) => view.getInt32(vector.start + 4 * i, true));
  }

  /** A vector of tables; empty when absent. */
  tables(index: number, limit: number, what: string): Table[] {
    const vector = this.#vector(index, 4, limit, what);
    if (vector === undefined) return [];
    return Array.from(
      { length: vector.length },
      (_, i) => new Table(this.file, this.file.follow(vector.start + 4 * i)),
    );
  }

  #vector(index: number, elementSize: number, limit = Number.POSITIVE_INFINITY, what = 'elements') {
    const at = this.field(index, 4);
    if (at === 0) return undefined;
    const position = this.file.follow(at);
    const length = this.file.uint32(position);
    if (length > limit) throw badModel(`it has ${length} ${what}, more than ${limit}`);
    this.file.check(position + 4, length * elementSize);
    return { start: position + 4, length };
  }
}

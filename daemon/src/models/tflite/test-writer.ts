/** Writes small TFLite files for tests; the other direction of flatbuffer.ts and model.ts, for nothing else. */

export type Field =
  | { readonly int8: number }
  | { readonly int32: number }
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly int32s: readonly number[] }
  | { readonly table: Fields }
  | { readonly tables: readonly Fields[] };
/** By field number; undefined = absent. */
export type Fields = readonly (Field | undefined)[];

export interface TestTensor {
  readonly shape: readonly number[];
  /** FLOAT32 by default. */
  readonly type?: number;
  readonly data?: Float32Array | Int32Array | Uint16Array;
}

export interface TestOperator {
  /** A number of BuiltinOperator or the name of a custom operator. */
  readonly code: number | string;
  readonly version?: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly optionsType?: number;
  readonly options?: Fields;
  readonly customOptions?: Uint8Array;
}

export interface TestModel {
  readonly tensors: readonly TestTensor[];
  readonly operators: readonly TestOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export const int8 = (value: number): Field => ({ int8: value });
export const int32 = (value: number): Field => ({ int32: value });

/** Everything lies behind what refers to it, so that all offsets point forward; vtables stand before their tables. */
class Output {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  align(size: number): void {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0);
  }

  number(value: number, size: 1 | 2 | 4, at = this.#bytes.length): void {
    for (let i = 0; i < size; i++) this.#bytes[at + i] = (value >> (8 * i)) & 255;
  }

  raw(values: Iterable<number>): void {
    for (const value of values) this.#bytes.push(value);
  }

  /** Makes the 32-bit offset at `slot` point to here. */
  aim(slot: number): void {
    this.number(this.length - slot, 4, slot);
  }

  table(fields: Fields): void {
    this.align(4);
    // Four bytes for each field, whatever its size.
    this.number(4 + 2 * fields.length, 2);
    this.number(4 + 4 * fields.length, 2);
    for (const [i, field] of fields.entries()) this.number(field === undefined ? 0 : 4 + 4 * i, 2);
    const vtable = this.length - 4 - 2 * fields.length;
    this.align(4);
    const start = this.length;
    this.number(start - vtable, 4);
    for (const field of fields) {
      const value =
        field !== undefined && ('int8' in field ? field.int8 : 'int32' in field ? field.int32 : 0);
      this.number(value || 0, 4);
    }
    for (const [i, field] of fields.entries()) if (field !== undefined) this.child(field, start + 4 + 4 * i);
  }

  child(field: Field, slot: number): void {
    if ('int8' in field || 'int32' in field) return;
    if ('table' in field) {
      this.tableAt(field.table, slot);
      return;
    }
    this.align(4);
    this.aim(slot);
    if ('text' in field) {
      const bytes = Buffer.from(field.text);
      this.number(bytes.length, 4);
      this.raw(bytes);
      this.raw([0]);
    } else if ('bytes' in field) {
      this.number(field.bytes.length, 4);
      this.raw(field.bytes);
    } else if ('int32s' in field) {
      this.number(field.int32s.length, 4);
      for (const value of field.int32s) this.number(value, 4);
    } else {
      this.number(field.tables.length, 4);
      const first = this.length;
      for (const _ of field.tables) this.number(0, 4);
      for (const [i, table] of field.tables.entries()) this.tableAt(table, first + 4 * i);
    }
  }

  /** Writes a table and lets the offset at `slot` point to it; the table starts behind its vtable. */
  tableAt(fields: Fields, slot: number): void {
    this.align(4);
    const vtableSize = 4 + 2 * fields.length;
    this.number(this.length + vtableSize + (vtableSize % 4 === 0 ? 0 : 2) - slot, 4, slot);
    this.table(fields);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export function writeFlatBuffer(root: Fields, mark: string): Uint8Array {
  const output = new Output();
  output.number(0, 4);
  output.raw(Buffer.from(mark, 'latin1'));
  output.tableAt(root, 0);
  return output.finish();
}

/** A complete TFLite file. Buffer 0 is empty, as the schema wants; tensor i is called `t<i>`. */
export function writeTflite(model: TestModel): Uint8Array {
  const buffers: Fields[] = [[]];
  const tensors = model.tensors.map((tensor, i): Fields => {
    const { data } = tensor;
    if (data !== undefined)
      buffers.push([{ bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }]);
    const buffer = data === undefined ? 0 : buffers.length - 1;
    return [{ int32s: tensor.shape }, int8(tensor.type ?? 0), int32(buffer), { text: `t${i}` }];
  });
  const codes = model.operators.map(({ code, version = 1 }): Fields => {
    if (typeof code === 'string') return [int8(32), { text: code }, int32(version), int32(32)];
    return [int8(code), undefined, int32(version), int32(code)];
  });
  const operators = model.operators.map(
    (operator, i): Fields => [
      int32(i),
      { int32s: operator.inputs },
      { int32s: operator.outputs },
      int8(operator.optionsType ?? 0),
      operator.options && { table: operator.options },
      operator.customOptions && { bytes: operator.customOptions },
    ],
  );
  const subgraph: Fields = [
    { tables: tensors },
    { int32s: model.inputs },
    { int32s: model.outputs },
    { tables: operators },
  ];
  return writeFlatBuffer(
    [int32(3), { tables: codes }, { tables: [subgraph] }, { text: 'test' }, { tables: buffers }],
    'TFL3',
  );
}

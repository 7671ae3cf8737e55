import { badModel } from '../bad-model.js';
import { ModelBudget } from '../model-budget.js';
import { FlatBuffer, type Table } from './flatbuffer.js';
import { builtinName, CUSTOM, type TensorType, tensorType } from './schema.js';

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** The bytes of a constant, checked to fit shape and type; undefined for what is computed. */
  readonly data: Uint8Array | undefined;
}

export interface TfliteOperator {
  /** `CONV_2D`, ... or a custom operator's own name. */
  readonly name: string;
  readonly custom: boolean;
  readonly version: number;
  /** Tensor numbers, checked; -1 = an optional input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Member of union BuiltinOptions, and its table. */
  readonly optionsType: number;
  readonly options: Table | undefined;
  readonly customOptions: Uint8Array | undefined;
}

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly byteLength: number;
}

/** Bytes; the largest file that is read. */
export const MAX_FILE = 64 << 20;
const MAX_TENSORS = 8192;
const MAX_OPERATORS = 8192;
const MAX_ARGUMENTS = 64;
const MAX_RANK = 8;
/** Elements of one tensor: 64 MiB of float32, 16 times what a 1024x1024 RGB picture needs. */
const MAX_ELEMENTS = 16 << 20;

/**
 * Reads a TFLite file (FlatBuffers identifier `TFL3`, schema version 3, one subgraph). The result holds views into
 * `bytes`; constants are not copied.
 *
 * @throws BackscrubError BadModel for every file that is not a complete, consistent model.
 */
export function readTflite(bytes: Uint8Array, budget = new ModelBudget()): TfliteModel {
  if (bytes.length > MAX_FILE) throw badModel(`it is larger than ${MAX_FILE >> 20} MiB`);
  if (bytes.length < 8 || Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'TFL3') {
    throw badModel('it is not a TFLite file (the mark TFL3 is missing)');
  }
  const root = new FlatBuffer(bytes, budget).root();
  const version = root.uint32(0);
  if (version !== 3) throw badModel(`its schema has version ${version}; version 3 is supported`);
  const subgraphs = root.tables(2, MAX_ARGUMENTS, 'subgraphs');
  const subgraph = subgraphs[0];
  if (subgraph === undefined || subgraphs.length !== 1) {
    throw badModel(`it has ${subgraphs.length} subgraphs; exactly one is supported`);
  }
  const codes = root.tables(1, MAX_OPERATORS, 'operator codes').map(readOperatorCode);
  const buffers = root.tables(4, 2 * MAX_TENSORS, 'buffers').map(readBuffer);
  const tensors = subgraph.tables(0, MAX_TENSORS, 'tensors').map((table, i) => readTensor(table, i, buffers));
  const operators = subgraph
    .tables(3, MAX_OPERATORS, 'operators')
    .map((table, i) => readOperator(table, i, codes, tensors.length));
  const inputs = tensorNumbers(subgraph, 1, tensors.length, 'the list of inputs');
  const outputs = tensorNumbers(subgraph, 2, tensors.length, 'the list of outputs');
  return { tensors, operators, inputs, outputs, byteLength: bytes.length };
}

interface OperatorCode {
  readonly name: string;
  readonly custom: boolean;
  readonly version: number;
}

/**
 * The code was a byte once and is an int32 since schema 3a: the larger of both counts, since old files leave the new
 * field at 0 and new files put 127 into the old field for codes beyond it.
 */
function readOperatorCode(table: Table): OperatorCode {
  const code = Math.max(table.int8(0), table.int32(3));
  const version = table.int32(2, 1);
  if (code !== CUSTOM) return { name: builtinName(code), custom: false, version };
  return { name: table.string(1) ?? 'a custom operator without a name', custom: true, version };
}

/** Undefined for a buffer without bytes: what belongs to it is computed. */
function readBuffer(table: Table): Uint8Array | undefined {
  if (table.field(1, 8) !== 0 || table.field(2, 8) !== 0)
    throw badModel('its constants lie outside its tables');
  const data = table.bytes(0);
  return data === undefined || data.length === 0 ? undefined : data;
}

function readTensor(table: Table, index: number, buffers: readonly (Uint8Array | undefined)[]): TfliteTensor {
  const name = table.string(3) ?? `tensor ${index}`;
  const shape = table.int32s(0, MAX_RANK, `dimensions of ${name}`) ?? [];
  let elements = 1;
  for (const size of shape) {
    if (size < 1) throw badModel(`the shape of ${name} has a dimension of ${size}; fixed sizes are needed`);
    elements *= size;
    if (elements > MAX_ELEMENTS) throw badModel(`${name} has more than ${MAX_ELEMENTS} elements`);
  }
  const code = table.int8(1);
  const type = tensorType(code);
  if (type === undefined) throw badModel(`${name} has the unknown tensor type ${code}`);
  if (table.table(6) !== undefined) throw badModel(`${name} is a sparse tensor`);
  const bufferIndex = table.uint32(2);
  if (bufferIndex >= buffers.length) throw badModel(`${name} refers to the missing buffer ${bufferIndex}`);
  const data = buffers[bufferIndex];
  if (data !== undefined && data.length !== elements * type.size) {
    throw badModel(`${name} has ${data.length} bytes where its shape and type need ${elements * type.size}`);
  }
  return { name, shape, type: type.name, data };
}

function readOperator(
  table: Table,
  index: number,
  codes: readonly OperatorCode[],
  tensorCount: number,
): TfliteOperator {
  const codeIndex = table.uint32(0);
  const code = codes[codeIndex];
  if (code === undefined) throw badModel(`operator ${index} refers to the missing code ${codeIndex}`);
  const where = `operator ${index} (${code.name})`;
  return {
    ...code,
    inputs: tensorNumbers(table, 1, tensorCount, where, -1),
    outputs: tensorNumbers(table, 2, tensorCount, where),
    optionsType: table.uint8(3),
    options: table.table(4),
    customOptions: table.bytes(5),
  };
}

function tensorNumbers(table: Table, field: number, count: number, where: string, lowest = 0): number[] {
  const numbers = table.int32s(field, MAX_ARGUMENTS, `tensors in ${where}`) ?? [];
  for (const number of numbers) {
    if (number < lowest || number >= count) throw badModel(`${where} refers to the missing tensor ${number}`);
  }
  return numbers;
}

/** Constants of an ONNX file: looked at, never unpacked. Field numbers: onnx/onnx.proto3, TensorProto. */
import { badModel } from '../bad-model.js';
import type { ModelBudget } from '../model-budget.js';
import { bytesOf, fieldsOf, printable, textOf, varintsOf } from './reader.js';

/** TensorProto.DataType and bytes of an element; 0 = not of a fixed size. */
const ELEMENT_TYPES: readonly { readonly name: string; readonly size: number }[] = [
  { name: 'undefined', size: 0 },
  { name: 'float', size: 4 },
  { name: 'uint8', size: 1 },
  { name: 'int8', size: 1 },
  { name: 'uint16', size: 2 },
  { name: 'int16', size: 2 },
  { name: 'int32', size: 4 },
  { name: 'int64', size: 8 },
  { name: 'string', size: 0 },
  { name: 'bool', size: 1 },
  { name: 'float16', size: 2 },
  { name: 'double', size: 8 },
  { name: 'uint32', size: 4 },
  { name: 'uint64', size: 8 },
];

/** TensorProto.DataType of what networks take and give. */
export const FLOAT = 1;
export const FLOAT16 = 10;

export function elementTypeName(type: number): string {
  return ELEMENT_TYPES[type]?.name ?? `number ${type}`;
}

const MAX_RANK = 8;
/** As for TFLite: 64 MiB of float32. */
const MAX_ELEMENTS = 16 << 20;
const EXTERNAL = 1;

/**
 * Checks that a constant's data are in the file and as many as its sizes say.
 * @returns its name
 * @throws BackscrubError BadModel
 */
export function checkTensor(message: Uint8Array, what: string, budget: ModelBudget): string {
  let name = '';
  let type = 0;
  let raw: number | undefined;
  let typed = 0;
  let texts = false;
  const shape: number[] = [];
  let external = false;
  for (const field of fieldsOf(message, what, budget)) {
    if (field.number === 1) shape.push(...varintsOf(field, MAX_RANK, what));
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = textOf(field, what);
    else if (field.number === 9) raw = bytesOf(field, what).length;
    else if (field.number === 13 || (field.number === 14 && field.value === EXTERNAL)) external = true;
    else if (field.number === 6) texts = true;
    else if ([4, 5, 7, 10, 11].includes(field.number)) typed += field.bytes?.length ?? 1;
  }
  const title = name === '' ? what : `the constant ${printable(name)}`;
  if (external) {
    throw badModel(
      `${title} lies in another file (external data); save the model again with all weights inside the .onnx file`,
    );
  }
  const element = ELEMENT_TYPES[type];
  if (element === undefined || element.size === 0 || texts) {
    throw badModel(`${title} has the element type ${elementTypeName(type)}, which is not supported`);
  }
  if (shape.length > MAX_RANK) throw badModel(`${title} has ${shape.length} dimensions`);
  let elements = 1;
  for (const size of shape) {
    if (size > MAX_ELEMENTS) throw badModel(`${title} has a dimension of ${size}`);
    elements *= size;
    if (elements > MAX_ELEMENTS) throw badModel(`${title} has more than ${MAX_ELEMENTS} elements`);
  }
  if (raw !== undefined && raw !== elements * element.size) {
    throw badModel(`${title} has ${raw} bytes where its sizes need ${elements * element.size}`);
  }
  // A packed varint takes at least a byte, so that there can never be fewer bytes than elements.
  if (raw === undefined && typed < elements) throw badModel(`${title} has fewer values than its sizes say`);
  return name;
}

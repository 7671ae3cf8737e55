import { badModel } from '../bad-model.js';
import type { OnnxAttribute, OnnxConstant, OnnxNode } from '../onnx/model.js';
import type { TfliteModel, TfliteTensor } from '../tflite/model.js';
import { widenFloat16 } from './float16.js';
import { elements, innerShape, type Shape, sameShape } from './layout.js';

/** Something computed: the name ONNX knows it by and TFLite's shape (of rank 4: NHWC outside, NCHW in the graph). */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** Floats that are known before the first run, in TFLite's order. */
export interface Constant {
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface Enlargement {
  /** The new size. */
  readonly height: number;
  readonly width: number;
}

/** What has been converted so far: the growing ONNX graph and where each TFLite tensor is found in it. */
export class Conversion {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  /** Outputs of bilinear Resize nodes that make a picture larger; for simplify.ts. */
  readonly enlarged = new Map<string, Enlargement>();
  readonly #values = new Map<number, Value>();
  /** Tensor number of a dequantised constant -> that of its float16 source. */
  readonly #sources = new Map<number, number>();
  readonly #floats = new Map<number, Constant>();
  /** Floats that may still be unpacked: a file may use its bytes once as float16 and once reordered, not endlessly. */
  #budget: number;

  constructor(readonly model: TfliteModel) {
    this.#budget = 2 * model.byteLength;
  }

  tensor(index: number): TfliteTensor {
    const tensor = this.model.tensors[index];
    if (tensor === undefined) throw badModel(`the tensor ${index} is missing`);
    return tensor;
  }

  /** The computed value of a tensor; undefined for constants and for what no operator has computed yet. */
  value(index: number): Value | undefined {
    return this.#values.get(index);
  }

  /** Says where a tensor is found. @throws BackscrubError BadModel when the file declares another shape or type. */
  define(index: number, name: string, shape: Shape): void {
    const tensor = this.tensor(index);
    if (tensor.type !== 'FLOAT32')
      throw badModel(`${tensor.name} has type ${tensor.type}; FLOAT32 is supported`);
    if (tensor.data !== undefined || this.#values.has(index) || this.#sources.has(index)) {
      throw badModel(`${tensor.name} is written twice`);
    }
    if (!sameShape(tensor.shape, shape)) {
      throw badModel(`${tensor.name} is declared as [${tensor.shape}], its operator gives [${shape}]`);
    }
    if (shape.length === 4 && shape[0] !== 1)
      throw badModel(`${tensor.name} has a batch of ${shape[0]}; 1 is supported`);
    this.#values.set(index, { name, shape });
  }

  defineDequantised(index: number, source: number): void {
    const tensor = this.tensor(index);
    if (tensor.data !== undefined || this.#values.has(index) || this.#sources.has(index)) {
      throw badModel(`${tensor.name} is written twice`);
    }
    this.#sources.set(index, source);
  }

  /** The floats of a FLOAT32 constant or of a dequantised FLOAT16 one; undefined for what is computed. */
  floats(index: number): Constant | undefined {
    const known = this.#floats.get(index);
    if (known !== undefined) return known;
    const source = this.#sources.get(index);
    const { name, shape, type, data } = this.tensor(source ?? index);
    if (data === undefined) return undefined;
    if (source === undefined && type !== 'FLOAT32') {
      throw badModel(`the constant ${name} has type ${type}; FLOAT32 is supported`);
    }
    this.#spend(elements(shape));
    const constant = { shape, data: source === undefined ? copyFloats(data) : widenFloat16(data) };
    this.#floats.set(index, constant);
    return constant;
  }

  /** Adds a node with one output and returns that output's name. */
  emit(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    const name = `v${this.nodes.length}`;
    this.nodes.push({ operator, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds a constant of the graph and returns its name. */
  floatConstant(data: Float32Array, shape: Shape): string {
    this.#spend(data.length);
    return this.#addConstant(data, shape);
  }

  /** Adds an int64 vector, as shapes and sizes are. */
  intConstant(values: readonly number[]): string {
    return this.#addConstant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** A node that gives `name` another shape; `shape` is TFLite's. */
  reshape(name: string, shape: Shape): string {
    return this.emit('Reshape', [name, this.intConstant(innerShape(shape))]);
  }

  #addConstant(data: Float32Array | BigInt64Array, shape: Shape): string {
    const name = `c${this.constants.length}`;
    this.constants.push({ name, shape, data });
    return name;
  }

  #spend(count: number): void {
    this.#budget -= count;
    if (this.#budget < 0) throw badModel('its constants unpack to many times the size of the file');
  }
}

/** A copy, since the bytes in the file need not be aligned for a Float32Array. */
function copyFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

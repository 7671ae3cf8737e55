/** Small ONNX files for tests, written field by field so that wrong ones can be made too. Field numbers: onnx/onnx.proto3. */
import type { OnnxNode } from './model.js';
import { writeConstant, writeNode } from './model.js';
import { ProtobufWriter } from './protobuf.js';

export interface TestPort {
  readonly name: string;
  /** A text is a named, open size. */
  readonly shape?: readonly (number | string)[];
  /** TensorProto.DataType, float by default. */
  readonly type?: number;
}

export interface TestOnnx {
  readonly inputs?: readonly TestPort[];
  readonly outputs?: readonly TestPort[];
  readonly nodes?: readonly OnnxNode[];
  readonly constants?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array | BigInt64Array;
  }[];
  readonly opset?: number;
  readonly domain?: string;
  /** Adds fields to the graph or to the model. */
  readonly moreGraph?: (graph: ProtobufWriter) => void;
  readonly moreModel?: (model: ProtobufWriter) => void;
}

export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: OnnxNode['attributes'] = {},
): OnnxNode {
  return { operator, inputs, outputs, attributes };
}

export function writePort(out: ProtobufWriter, { name, shape, type = 1 }: TestPort): void {
  out.string(1, name);
  out.message(2, (kind) =>
    kind.message(1, (tensor) => {
      tensor.int(1, type);
      if (shape === undefined) return;
      tensor.message(2, (sizes) => {
        for (const size of shape) {
          sizes.message(1, (one) => (typeof size === 'number' ? one.int(1, size) : one.string(2, size)));
        }
      });
    }),
  );
}

/** By default: x of 1, 3, 16, 32 -> the mean of its colours, y of 1, 1, 16, 32. */
export function writeTestOnnx(model: TestOnnx = {}): Uint8Array {
  const {
    inputs = [{ name: 'x', shape: [1, 3, 16, 32] }],
    outputs = [{ name: 'y', shape: [1, 1, 16, 32] }],
    nodes = [node('ReduceMean', ['x'], ['y'], { axes: [1], keepdims: 1 })],
    constants = [],
    opset = 17,
    domain = '',
  } = model;
  const out = new ProtobufWriter();
  out.int(1, 8);
  out.message(7, (graph) => {
    for (const one of nodes) graph.message(1, (message) => writeNode(message, one));
    graph.string(2, 'test');
    for (const constant of constants) graph.message(5, (message) => writeConstant(message, constant));
    for (const port of inputs) graph.message(11, (message) => writePort(message, port));
    for (const port of outputs) graph.message(12, (message) => writePort(message, port));
    model.moreGraph?.(graph);
  });
  out.message(8, (set) => {
    set.string(1, domain);
    set.int(2, opset);
  });
  model.moreModel?.(out);
  return out.finish();
}

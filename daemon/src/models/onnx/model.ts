/**
 * Writes ONNX models. Field numbers and enum values: onnx/onnx.proto3 of the ONNX specification, IR version 8, which
 * belongs to operator set 17 (HardSwish needs 14 or later).
 */
import { ProtobufWriter } from './protobuf.js';

export const OPSET = 17;
const IR_VERSION = 8;

/** TensorProto.DataType. */
const ELEMENT_TYPES = { float: 1, int64: 7 } as const;
/** AttributeProto.AttributeType. */
const ATTRIBUTE = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const;

/** An integer, a list of integers, a text, or `{ float }` for what must be a float even when it is whole. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxNode {
  readonly operator: string;
  /** Names; "" = an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | BigInt64Array;
}

/** A float32 input or output of the graph. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** A ModelProto with one graph, ready for onnxruntime. */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const model = new ProtobufWriter();
  model.int(1, IR_VERSION);
  model.string(2, 'backscrub');
  model.message(7, (out) => writeGraph(out, graph));
  model.message(8, (out) => {
    out.string(1, '');
    out.int(2, OPSET);
  });
  return model.finish();
}

function writeGraph(out: ProtobufWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) out.message(1, (message) => writeNode(message, node));
  out.string(2, 'segmenter');
  for (const constant of graph.constants) out.message(5, (message) => writeConstant(message, constant));
  for (const port of graph.inputs) out.message(11, (message) => writePort(message, port));
  for (const port of graph.outputs) out.message(12, (message) => writePort(message, port));
}

export function writeNode(out: ProtobufWriter, node: OnnxNode): void {
  for (const input of node.inputs) out.string(1, input);
  for (const output of node.outputs) out.string(2, output);
  // The first output names the node in messages of onnxruntime.
  out.string(3, node.outputs[0] ?? '');
  out.string(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    out.message(5, (message) => writeAttribute(message, name, value));
  }
}

function writeAttribute(out: ProtobufWriter, name: string, value: OnnxAttribute): void {
  out.string(1, name);
  if (typeof value === 'number') {
    out.int(3, value);
    out.int(20, ATTRIBUTE.INT);
  } else if (typeof value === 'string') {
    out.string(4, value);
    out.int(20, ATTRIBUTE.STRING);
  } else if ('float' in value) {
    out.float(2, value.float);
    out.int(20, ATTRIBUTE.FLOAT);
  } else {
    for (const item of value) out.int(8, item);
    out.int(20, ATTRIBUTE.INTS);
  }
}

export function writeConstant(out: ProtobufWriter, constant: OnnxConstant): void {
  const { data } = constant;
  for (const size of constant.shape) out.int(1, size);
  out.int(2, data instanceof Float32Array ? ELEMENT_TYPES.float : ELEMENT_TYPES.int64);
  out.string(8, constant.name);
  // raw_data is little-endian by specification, as every platform of onnxruntime-node is.
  out.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

export function writePort(out: ProtobufWriter, port: OnnxPort): void {
  out.string(1, port.name);
  out.message(2, (type) => {
    type.message(1, (tensor) => {
      tensor.int(1, ELEMENT_TYPES.float);
      tensor.message(2, (shape) => {
        for (const size of port.shape) shape.message(1, (dimension) => dimension.int(1, size));
      });
    });
  });
}

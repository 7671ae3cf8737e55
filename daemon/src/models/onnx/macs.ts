/**
 * How much an ONNX network has to multiply. A file need not say the sizes of what lies inside; onnxruntime finds them, so that
 * it is asked: `Shape` operators are put beside the network, which is run once.
 */
import type { Runtime } from '../runtime.js';
import type { OnnxFile } from './file.js';
import { writeNode } from './model.js';
import type { NodeSummary } from './node.js';
import { ProtobufWriter } from './protobuf.js';
import type { Wrapped } from './wrap.js';

type Shape = readonly number[];

/** Multiply-accumulates of an operator, from the shapes of what it takes, of its weights and of what it gives. */
type Count = (input: Shape, weights: Shape, output: Shape) => number;

const size = (shape: Shape) => shape.reduce((product, length) => product * length, 1);

/** ONNX operator specification. Weights: O, I / groups, and the kernel's sizes; transposed I, O / groups, and those. */
const convolution: Count = (_, weights, output) => size(output) * size(weights.slice(1));
const transposed: Count = (input, weights) => size(input) * size(weights.slice(1));
const product: Count = (input, _, output) => size(output) * (input.at(-1) ?? 1);
/** A or its transpose, M x K, by K x N. */
const gemm: Count = (input, _, output) => size(input) * (output[1] ?? 1);

interface Counted {
  readonly count: Count;
  /** The place of the weights among the inputs. */
  readonly weights: number;
}

const COUNTED: ReadonlyMap<string, Counted> = new Map([
  ['Conv', { count: convolution, weights: 1 }],
  ['FusedConv', { count: convolution, weights: 1 }],
  ['ConvInteger', { count: convolution, weights: 1 }],
  ['QLinearConv', { count: convolution, weights: 3 }],
  ['ConvTranspose', { count: transposed, weights: 1 }],
  ['Gemm', { count: gemm, weights: 1 }],
  ['MatMul', { count: product, weights: 1 }],
  ['MatMulInteger', { count: product, weights: 1 }],
  ['QLinearMatMul', { count: product, weights: 3 }],
]);

/** They multiply as well, but what they cost is not written in the shapes alone. */
const UNKNOWN = /^(LSTM|GRU|RNN|Einsum)$|Attention|Conv|Gemm|MatMul/;

/** TensorProto.DataType */
const INT64 = 7;

/** Undefined where that cannot be told; never rejects because of the file. */
export async function countOnnxMacs(
  file: OnnxFile,
  wrapped: Wrapped,
  inputShape: Shape,
  { InferenceSession, Tensor }: Runtime,
): Promise<number | undefined> {
  const counted = file.nodes.filter(({ operator }) => COUNTED.has(operator));
  if (file.nodes.some(({ operator }) => !COUNTED.has(operator) && UNKNOWN.test(operator))) return undefined;
  if (counted.length === 0) return 0;
  const names = [...new Set(counted.flatMap(valuesOf))];
  const zeros = (shape: Shape) => new Tensor('float32', new Float32Array(size(shape)), shape);
  const feeds = Object.fromEntries(wrapped.states.map(({ input }) => [input.name, zeros(input.shape)]));
  feeds['backscrub:input'] = zeros(inputShape);
  try {
    const session = await InferenceSession.create(withShapes(wrapped.onnx, names), {
      executionProviders: ['cpu'],
      // Nothing may be merged or taken away before it has been counted.
      graphOptimizationLevel: 'disabled',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
    });
    const result = await session.run(feeds, names.map(shapeName));
    const shapes = new Map(
      names.map((name, i) => [name, Array.from(result[shapeName(name, i)]?.data as BigInt64Array, Number)]),
    );
    await session.release();
    return counted.reduce((sum, node) => sum + macsOf(node, shapes), 0);
  } catch {
    return undefined;
  }
}

/** What it takes, its weights, what it gives. */
function valuesOf({ operator, inputs, outputs }: NodeSummary): readonly [string, string, string] {
  return [inputs[0] ?? '', inputs[COUNTED.get(operator)?.weights ?? 1] ?? '', outputs[0] ?? ''];
}

function macsOf(node: NodeSummary, shapes: ReadonlyMap<string, Shape>): number {
  const [input = [], weights = [], output = []] = valuesOf(node).map((name) => shapes.get(name));
  return COUNTED.get(node.operator)?.count(input, weights, output) ?? 0;
}

function shapeName(_: string, index: number): string {
  return `backscrub:s${index}`;
}

/** A message that comes a second time is merged with the first (protobuf.dev, "Encoding"), so that the graph is added to. */
function withShapes(onnx: Uint8Array, names: readonly string[]): Uint8Array {
  const model = new ProtobufWriter();
  model.append(onnx);
  model.message(7, (graph) => {
    for (const [i, name] of names.entries()) {
      const node = { operator: 'Shape', inputs: [name], outputs: [shapeName(name, i)], attributes: {} };
      graph.message(1, (out) => writeNode(out, node));
      graph.message(12, (out) => {
        out.string(1, shapeName(name, i));
        out.message(2, (type) => type.message(1, (tensor) => tensor.int(1, INT64)));
      });
    }
  });
  return model.finish();
}

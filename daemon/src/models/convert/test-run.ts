/** Runs single TFLite operators through reader, converter and onnxruntime; for tests only. */
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { readTflite } from '../tflite/model.js';
import { type TestModel, type TestOperator, type TestTensor, writeTflite } from '../tflite/test-writer.js';
import { type ConvertOptions, convertTflite } from './convert.js';

env.logLevel = 'error';

/** An operator whose input 0 is the model's input and whose further inputs are constants. */
export function single(
  input: readonly number[],
  operator: Omit<TestOperator, 'inputs' | 'outputs'>,
  constants: readonly TestTensor[],
  output: readonly number[],
): TestModel {
  const last = constants.length + 1;
  return {
    tensors: [{ shape: input }, ...constants, { shape: output }],
    operators: [{ ...operator, inputs: Array.from({ length: last }, (_, i) => i), outputs: [last] }],
    inputs: [0],
    outputs: [last],
  };
}

export function convert(model: TestModel, options?: ConvertOptions) {
  return convertTflite(readTflite(writeTflite(model)), options);
}

/** Input and output in the layouts of the options, NHWC by default. */
export async function run(
  model: TestModel,
  input: Float32Array,
  options?: ConvertOptions,
): Promise<number[]> {
  const converted = convert(model, options);
  const session = await InferenceSession.create(converted.onnx);
  const [n, h, w, c] = converted.input;
  const shape = options?.inputLayout === 'NCHW' ? [n, c, h, w] : [n, h, w, c];
  const { output } = await session.run({ input: new Tensor('float32', input, shape) });
  await session.release();
  return Array.from(output?.data as Float32Array);
}

/** Repeatable numbers from -1 to 1 (xorshift32). */
export function noise(count: number, seed = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
}

/** Largest absolute difference; Infinity when the lengths differ. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}

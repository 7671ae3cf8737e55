import { badModel } from '../bad-model.js';
import { encodeOnnx } from '../onnx/model.js';
import type { TfliteModel, TfliteOperator } from '../tflite/model.js';
import { hardSwish, logistic, relu, relu6 } from './activation.js';
import { add, mul } from './arithmetic.js';
import { Conversion } from './conversion.js';
import { conv2d, depthwiseConv2d, fullyConnected, transposeConvBias } from './convolution.js';
import { asShape4, permuteShape, type Shape4, TO_NCHW, TO_NHWC } from './layout.js';
import { averagePool2d, mean } from './pooling.js';
import { concatenation, dequantize, reshape, resizeBilinear } from './rearranging.js';
import { convolveBeforeEnlarging } from './simplify.js';
import { Step } from './step.js';

interface Converter {
  readonly convert: (step: Step) => void;
  /** Up to here the versions of tensorflow/lite/kernels/register.cc only add tensor types and options, both checked. */
  readonly newest: number;
}

const BUILTIN: ReadonlyMap<string, Converter> = new Map([
  ['ADD', { convert: add, newest: 5 }],
  ['AVERAGE_POOL_2D', { convert: averagePool2d, newest: 3 }],
  ['CONCATENATION', { convert: concatenation, newest: 4 }],
  ['CONV_2D', { convert: conv2d, newest: 8 }],
  ['DEPTHWISE_CONV_2D', { convert: depthwiseConv2d, newest: 7 }],
  ['DEQUANTIZE', { convert: dequantize, newest: 6 }],
  ['FULLY_CONNECTED', { convert: fullyConnected, newest: 12 }],
  ['HARD_SWISH', { convert: hardSwish, newest: 1 }],
  ['LOGISTIC', { convert: logistic, newest: 3 }],
  ['MEAN', { convert: mean, newest: 3 }],
  ['MUL', { convert: mul, newest: 7 }],
  ['RELU', { convert: relu, newest: 3 }],
  ['RELU6', { convert: relu6, newest: 3 }],
  ['RESHAPE', { convert: reshape, newest: 1 }],
  ['RESIZE_BILINEAR', { convert: resizeBilinear, newest: 4 }],
]);

const CUSTOM: ReadonlyMap<string, Converter> = new Map([
  ['Convolution2DTransposeBias', { convert: transposeConvBias, newest: 1 }],
]);

export type Layout = 'NHWC' | 'NCHW';

export interface ConvertOptions {
  /** What the graph's input and output look like; TFLite's own order, NHWC, by default. */
  readonly inputLayout?: Layout;
  readonly outputLayout?: Layout;
}

export interface ConvertedModel {
  readonly onnx: Uint8Array;
  /** Shapes as 1, H, W, C whatever the layout is. The graph's ports are called `input` and `output`. */
  readonly input: Shape4;
  readonly output: Shape4;
}

/**
 * Converts a TFLite model with one picture as input and one as output to ONNX, weights included. Inside, pictures are
 * NCHW; one Transpose at each end keeps the contract of the TFLite file unless the options say otherwise.
 *
 * @throws BackscrubError BadModel, naming the operator, version, option or tensor type that is not supported.
 */
export function convertTflite(model: TfliteModel, options: ConvertOptions = {}): ConvertedModel {
  refuseUnknown(model.operators);
  const conversion = new Conversion(model);
  const inputTensor = onlyOne(model.inputs, 'inputs');
  const outputTensor = onlyOne(model.outputs, 'outputs');
  const input = pictureShape(conversion.tensor(inputTensor).shape, 'input');
  const planar = options.inputLayout === 'NCHW';
  const entry = planar ? 'input' : conversion.emit('Transpose', ['input'], { perm: TO_NCHW });
  conversion.define(inputTensor, entry, input);
  for (const [index, operator] of model.operators.entries()) {
    converterOf(operator)?.convert(new Step(conversion, operator, index));
  }
  const result = conversion.value(outputTensor);
  if (result === undefined) throw badModel('no operator computes its output');
  const output = pictureShape(result.shape, 'output');
  const last = leave(conversion, result.name, output, options.outputLayout ?? 'NHWC');
  const onnx = encodeOnnx({
    nodes: convolveBeforeEnlarging(conversion).map((node) =>
      node.outputs[0] === last ? { ...node, outputs: ['output'] } : node,
    ),
    constants: conversion.constants,
    inputs: [{ name: 'input', shape: planar ? permuteShape(input, TO_NCHW) : input }],
    outputs: [
      {
        name: 'output',
        shape: options.outputLayout === 'NCHW' ? permuteShape(output, TO_NCHW) : output,
      },
    ],
  });
  return { onnx, input, output };
}

/** The last node: a single channel lies alike in both orders. */
function leave(conversion: Conversion, name: string, shape: Shape4, layout: Layout): string {
  if (layout === 'NCHW') return conversion.emit('Identity', [name]);
  if (shape[3] === 1) return conversion.emit('Reshape', [name, conversion.intConstant(shape)]);
  return conversion.emit('Transpose', [name], { perm: TO_NHWC });
}

function converterOf(operator: TfliteOperator): Converter | undefined {
  return (operator.custom ? CUSTOM : BUILTIN).get(operator.name);
}

/** Looks at all operators first, so that one message names everything that is missing. */
function refuseUnknown(operators: readonly TfliteOperator[]): void {
  const missing = new Set<string>();
  for (const operator of operators) {
    const converter = converterOf(operator);
    const kind = operator.custom ? 'custom operator ' : '';
    if (converter === undefined) missing.add(kind + operator.name);
    else if (operator.version < 1 || operator.version > converter.newest) {
      missing.add(`${kind}${operator.name} version ${operator.version}`);
    }
  }
  if (missing.size === 0) return;
  const names = [...missing].sort();
  const more = names.length > 8 ? ` and ${names.length - 8} more` : '';
  throw badModel(`it needs what is not supported: ${names.slice(0, 8).join(', ')}${more}`);
}

function onlyOne(numbers: readonly number[], what: string): number {
  const [number, ...more] = numbers;
  if (number === undefined || more.length > 0)
    throw badModel(`it has ${numbers.length} ${what}; one is supported`);
  return number;
}

function pictureShape(shape: readonly number[], what: string): Shape4 {
  const four = asShape4(shape);
  if (four === undefined)
    throw badModel(`its ${what} has the shape [${shape}]; 1, height, width, channels is needed`);
  return four;
}

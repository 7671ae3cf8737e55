import { OPTIONS } from '../tflite/schema.js';
import { fusedActivation } from './activation.js';
import { permute } from './layout.js';
import { pads, SAME, slide } from './padding.js';
import type { Options, Step } from './step.js';

/** Filters from TFLite's O, H, W, I to ONNX's O, I, H, W. */
const OHWI_TO_OIHW = [0, 3, 1, 2] as const;

/** Strides and dilations; `dilation` is the field of dilation_w_factor, dilation_h_factor follows it. */
function windows(step: Step, options: Options, height: number, width: number, dilation: number) {
  return {
    horizontal: {
      size: width,
      stride: step.size(options.int32(1), 'horizontal stride'),
      dilation: step.size(options.int32(dilation, 1), 'horizontal dilation'),
    },
    vertical: {
      size: height,
      stride: step.size(options.int32(2), 'vertical stride'),
      dilation: step.size(options.int32(dilation + 1, 1), 'vertical dilation'),
    },
  };
}

/**
 * CONV_2D: input N, H, W, I; filter O, h, w, I; bias O; Conv2DOptions {padding, stride_w, stride_h,
 * fused_activation_function, dilation_w_factor, dilation_h_factor}. Correlation, as ONNX Conv, whose filter is
 * O, I, h, w and whose strides, dilations and pads are vertical first.
 */
export function conv2d(step: Step): void {
  step.arguments(2, 3);
  const input = step.picture(0);
  const filter = step.filter(1);
  const [outChannels, kernelHeight, kernelWidth, inChannels] = filter.shape;
  const [, height, width, channels] = input.shape;
  if (channels !== inChannels) throw step.refuse(`its filter is for ${inChannels} of ${channels} channels`);
  const options = step.options(OPTIONS.CONV_2D, 6);
  const { horizontal, vertical } = windows(step, options, kernelHeight, kernelWidth, 4);
  const down = slide(step, height, vertical, options.int8(0));
  const across = slide(step, width, horizontal, options.int8(0));
  const weights = step.conversion.floatConstant(permute(filter.data, filter.shape, OHWI_TO_OIHW), [
    outChannels,
    inChannels,
    kernelHeight,
    kernelWidth,
  ]);
  const name = step.emit('Conv', [input.name, weights, ...step.bias(2, outChannels)], {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [vertical.stride, horizontal.stride],
    dilations: [vertical.dilation, horizontal.dilation],
    pads: pads(down, across),
  });
  step.define(fusedActivation(step, name, options.int8(3)), [1, down.output, across.output, outChannels]);
}

/**
 * DEPTHWISE_CONV_2D: input N, H, W, C; filter 1, h, w, C * m; output channel c * m + k is input channel c seen through
 * filter c * m + k; DepthwiseConv2DOptions {padding, stride_w, stride_h, depth_multiplier m,
 * fused_activation_function, dilation_w_factor, dilation_h_factor}. ONNX Conv with group = C and filter C * m, 1, h, w
 * numbers its outputs alike. TFLite's kernels take m from the shapes, so that the option is only checked.
 */
export function depthwiseConv2d(step: Step): void {
  step.arguments(2, 3);
  const input = step.picture(0);
  const filter = step.filter(1);
  const [one, kernelHeight, kernelWidth, outChannels] = filter.shape;
  const [, height, width, channels] = input.shape;
  if (one !== 1 || outChannels % channels !== 0) {
    throw step.refuse(`its filter [${filter.shape}] does not fit ${channels} channels`);
  }
  const options = step.options(OPTIONS.DEPTHWISE_CONV_2D, 7);
  const multiplier = options.int32(3);
  if (multiplier !== 0 && multiplier !== outChannels / channels) {
    throw step.refuse(`its depth multiplier ${multiplier} does not fit its filter [${filter.shape}]`);
  }
  const { horizontal, vertical } = windows(step, options, kernelHeight, kernelWidth, 5);
  const down = slide(step, height, vertical, options.int8(0));
  const across = slide(step, width, horizontal, options.int8(0));
  const weights = step.conversion.floatConstant(permute(filter.data, filter.shape, [3, 0, 1, 2]), [
    outChannels,
    1,
    kernelHeight,
    kernelWidth,
  ]);
  const name = step.emit('Conv', [input.name, weights, ...step.bias(2, outChannels)], {
    group: channels,
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [vertical.stride, horizontal.stride],
    dilations: [vertical.dilation, horizontal.dilation],
    pads: pads(down, across),
  });
  step.define(fusedActivation(step, name, options.int8(4)), [1, down.output, across.output, outChannels]);
}

/**
 * FULLY_CONNECTED on one pixel: input 1, 1, 1, I or 1, I; weights O, I; FullyConnectedOptions
 * {fused_activation_function, weights_format (0 = plain), keep_num_dims}: y = W x + b. A 1x1 ONNX Conv keeps the value
 * in the layout of its neighbours.
 */
export function fullyConnected(step: Step): void {
  step.arguments(2, 3);
  const input = step.value(0);
  const { data, shape } = step.weights(1, 2);
  const [outChannels = 0, inChannels = 0] = shape;
  const rank = input.shape.length;
  if (
    (rank !== 2 && rank !== 4) ||
    input.shape.some((size, i) => size !== (i === rank - 1 ? inChannels : 1))
  ) {
    throw step.refuse(`its weights [${shape}] do not fit its input [${input.shape}]; one pixel is supported`);
  }
  const options = step.options(OPTIONS.FULLY_CONNECTED, 4);
  if (options.int8(1) !== 0) throw step.refuse(`its weights have the unknown format ${options.int8(1)}`);
  const pixel = rank === 4 ? input.name : step.conversion.reshape(input.name, [1, 1, 1, inChannels]);
  const weights = step.conversion.floatConstant(data, [outChannels, inChannels, 1, 1]);
  const sum = step.emit('Conv', [pixel, weights, ...step.bias(2, outChannels)], { kernel_shape: [1, 1] });
  const name = fusedActivation(step, sum, options.int8(0));
  if (rank === 4 && options.int8(2) !== 0) step.define(name, [1, 1, 1, outChannels]);
  else step.define(step.conversion.reshape(name, [1, outChannels]), [1, outChannels]);
}

/** enum TfLitePadding of the C API, which MediaPipe's custom options use. */
const CUSTOM_PADDING_SAME = 1;

/**
 * MediaPipe's custom operator Convolution2DTransposeBias (mediapipe/util/tflite/operations/transpose_conv_bias.cc):
 * inputs x, filter O, h, w, I, bias O; custom options are TfLiteTransposeConvParams, three little-endian int32
 * {padding, stride_width, stride_height}. Each input pixel adds its filter into the output at stride * position minus
 * the padding of the output's SAME convolution; SAME gives input * stride pixels. ONNX ConvTranspose with filter
 * I, O, h, w cuts `pads` off both ends.
 */
export function transposeConvBias(step: Step): void {
  step.arguments(3);
  const input = step.picture(0);
  const filter = step.filter(1);
  const [outChannels, kernelHeight, kernelWidth, inChannels] = filter.shape;
  const [, height, width, channels] = input.shape;
  if (channels !== inChannels) throw step.refuse(`its filter is for ${inChannels} of ${channels} channels`);
  const bytes = step.operator.customOptions;
  if (bytes?.length !== 12) throw step.refuse(`its options have ${bytes?.length ?? 0} bytes instead of 12`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const padding = view.getInt32(0, true);
  if (padding !== CUSTOM_PADDING_SAME)
    throw step.refuse(`its padding ${padding} is not supported, only 1 (SAME)`);
  const across = {
    size: kernelWidth,
    stride: step.size(view.getInt32(4, true), 'horizontal stride'),
    dilation: 1,
  };
  const down = {
    size: kernelHeight,
    stride: step.size(view.getInt32(8, true), 'vertical stride'),
    dilation: 1,
  };
  if (across.size < across.stride || down.size < down.stride) {
    throw step.refuse('its stride is larger than its filter');
  }
  const cut = pads(
    slide(step, height * down.stride, down, SAME),
    slide(step, width * across.stride, across, SAME),
  );
  const weights = step.conversion.floatConstant(permute(filter.data, filter.shape, [3, 0, 1, 2]), [
    inChannels,
    outChannels,
    kernelHeight,
    kernelWidth,
  ]);
  const name = step.emit('ConvTranspose', [input.name, weights, ...step.bias(2, outChannels)], {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [down.stride, across.stride],
    pads: cut,
  });
  step.define(name, [1, height * down.stride, width * across.stride, outChannels]);
}

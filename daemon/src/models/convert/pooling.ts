import { OPTIONS } from '../tflite/schema.js';
import { fusedActivation } from './activation.js';
import { pads, slide } from './padding.js';
import type { Step } from './step.js';

/**
 * AVERAGE_POOL_2D: the mean of a window, padding not counted; Pool2DOptions {padding, stride_w, stride_h,
 * filter_width, filter_height, fused_activation_function}. ONNX AveragePool with count_include_pad 0; a window over the
 * whole picture becomes GlobalAveragePool, which onnxruntime computes faster.
 */
export function averagePool2d(step: Step): void {
  step.arguments(1);
  const input = step.picture(0);
  const [, height, width, channels] = input.shape;
  const options = step.options(OPTIONS.POOL_2D, 6);
  const across = {
    size: step.size(options.int32(3), 'filter width'),
    stride: step.size(options.int32(1), 'horizontal stride'),
    dilation: 1,
  };
  const down = {
    size: step.size(options.int32(4), 'filter height'),
    stride: step.size(options.int32(2), 'vertical stride'),
    dilation: 1,
  };
  const vertical = slide(step, height, down, options.int8(0));
  const horizontal = slide(step, width, across, options.int8(0));
  const single = vertical.output === 1 && horizontal.output === 1;
  const name =
    single && down.size === height && across.size === width
      ? step.emit('GlobalAveragePool', [input.name])
      : step.emit('AveragePool', [input.name], {
          kernel_shape: [down.size, across.size],
          strides: [down.stride, across.stride],
          pads: pads(vertical, horizontal),
          count_include_pad: 0,
        });
  const shape = [1, vertical.output, horizontal.output, channels];
  step.define(fusedActivation(step, name, options.int8(5)), shape);
}

/**
 * MEAN over height and width: inputs x and the constant axes; ReducerOptions {keep_dims}. ONNX GlobalAveragePool, and a
 * Reshape to 1, C when the axes are not kept.
 */
export function mean(step: Step): void {
  step.arguments(2);
  const input = step.picture(0);
  const axes = step.int32s(1, 4).map((axis) => (axis < 0 ? axis + 4 : axis));
  if (axes.length !== 2 || !axes.includes(1) || !axes.includes(2)) {
    throw step.refuse(`it works over the axes [${axes}]; height and width together are supported`);
  }
  const keep = step.options(OPTIONS.REDUCER, 1).int8(0) !== 0;
  const channels = input.shape[3];
  const name = step.emit('GlobalAveragePool', [input.name]);
  if (keep) step.define(name, [1, 1, 1, channels]);
  else step.define(step.conversion.reshape(name, [1, channels]), [1, channels]);
}

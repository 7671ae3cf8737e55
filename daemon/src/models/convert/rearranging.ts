import { OPTIONS } from '../tflite/schema.js';
import { fusedActivation } from './activation.js';
import { operand } from './arithmetic.js';
import { elements, type Shape, sameShape, TO_NCHW, TO_NHWC } from './layout.js';
import type { Step } from './step.js';

/**
 * RESIZE_BILINEAR: inputs x and the constant new height and width; ResizeBilinearOptions {(two deprecated),
 * align_corners, half_pixel_centers}. With scale = input / output, output pixel i reads input position
 * (i + 0.5) * scale - 0.5 (half pixel centres), i * (input - 1) / (output - 1) (corners aligned) or i * scale
 * (neither), clamped to the picture. ONNX Resize calls these half_pixel, align_corners and asymmetric. A picture of
 * one pixel is only repeated.
 */
export function resizeBilinear(step: Step): void {
  step.arguments(2);
  const input = step.picture(0);
  const [, height, width, channels] = input.shape;
  const [newHeight = 0, newWidth = 0, ...more] = step.int32s(1, 2);
  step.size(newHeight, 'new height');
  step.size(newWidth, 'new width');
  if (more.length > 0) throw step.refuse('it has more than two sizes');
  const options = step.options(OPTIONS.RESIZE_BILINEAR, 4);
  const alignCorners = options.int8(2) !== 0;
  const halfPixel = options.int8(3) !== 0;
  if (alignCorners && halfPixel) throw step.refuse('align_corners and half_pixel_centers exclude each other');
  const size = step.conversion.intConstant([1, channels, newHeight, newWidth]);
  const name =
    height === 1 && width === 1
      ? step.emit('Expand', [input.name, size])
      : step.emit('Resize', [input.name, '', '', size], {
          mode: 'linear',
          coordinate_transformation_mode: halfPixel
            ? 'half_pixel'
            : alignCorners
              ? 'align_corners'
              : 'asymmetric',
        });
  if (newHeight >= height && newWidth >= width && height * width > 1) {
    step.conversion.enlarged.set(name, { height: newHeight, width: newWidth });
  }
  step.define(name, [1, newHeight, newWidth, channels]);
}

/** CONCATENATION along one axis; ConcatenationOptions {axis, fused_activation_function}. ONNX Concat. */
export function concatenation(step: Step): void {
  step.arguments(1, 64);
  const { inputs } = step.operator;
  const rank = Math.max(...inputs.map((index) => step.conversion.value(index)?.shape.length ?? 0));
  if (rank === 0) throw step.refuse('none of its inputs is computed by an operator before it');
  const operands = inputs.map((_, i) => operand(step, i, rank));
  const options = step.options(OPTIONS.CONCATENATION, 2);
  const given = options.int32(0);
  const axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis >= rank) throw step.refuse(`its axis ${given} does not exist`);
  const shape = [...(operands[0]?.shape ?? [])];
  shape[axis] = operands.reduce((sum, one) => sum + (one.shape[axis] ?? 0), 0);
  for (const one of operands) {
    if (one.shape.length !== rank || one.shape.some((size, i) => i !== axis && size !== shape[i])) {
      throw step.refuse(`the shape [${one.shape}] does not fit [${shape}]`);
    }
  }
  const name = step.emit(
    'Concat',
    operands.map((one) => one.name),
    { axis: rank === 4 ? TO_NCHW.indexOf(axis) : axis },
  );
  step.define(fusedActivation(step, name, options.int8(1)), shape);
}

/** Whether a value is stored alike in both layouts. */
function layoutFree(shape: Shape): boolean {
  const [, height = 1, width = 1, channels = 1] = shape;
  return shape.length !== 4 || channels === 1 || height * width === 1;
}

/**
 * RESHAPE: the same elements in NHWC order with another shape, which is input 1 (constant; one dimension may be -1) or
 * ReshapeOptions {new_shape}. What the file declares for the output is taken, and a constant input must agree. Pictures
 * go through NHWC.
 */
export function reshape(step: Step): void {
  step.arguments(1, 2);
  const input = step.value(0);
  step.options(OPTIONS.RESHAPE, 1);
  const { shape } = step.conversion.tensor(step.output);
  const wanted = step.operator.inputs.length === 2 ? step.int32s(1, 8) : shape;
  const agrees = sameShape(
    wanted.map((size, i) => (size === -1 ? (shape[i] ?? 0) : size)),
    shape,
  );
  if (elements(shape) !== elements(input.shape) || !agrees) {
    throw step.refuse(`[${input.shape}] does not become [${shape}]`);
  }
  const source = layoutFree(input.shape)
    ? input.name
    : step.emit('Transpose', [input.name], { perm: TO_NHWC });
  if (layoutFree(shape)) {
    step.define(step.conversion.reshape(source, shape), shape);
    return;
  }
  const nhwc = step.emit('Reshape', [source, step.conversion.intConstant(shape)]);
  step.define(step.emit('Transpose', [nhwc], { perm: TO_NCHW }), shape);
}

/**
 * DEQUANTIZE of a FLOAT16 constant: models whose weights are stored as float16 widen them when they run. Here it is
 * done once, before the graph is made; every other use is refused.
 */
export function dequantize(step: Step): void {
  step.arguments(1);
  const source = step.tensorNumber(0);
  const { type, data, shape } = step.conversion.tensor(source);
  if (type !== 'FLOAT16') throw step.refuse(`its input has type ${type}; FLOAT16 is supported`);
  if (data === undefined) throw step.refuse('its input is not a constant');
  const output = step.conversion.tensor(step.output);
  if (output.type !== 'FLOAT32' || !sameShape(output.shape, shape)) {
    throw step.refuse(`its output has type ${output.type} and shape [${output.shape}]`);
  }
  step.conversion.defineDequantised(step.output, source);
}

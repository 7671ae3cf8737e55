import type { Step } from './step.js';

/** enum Padding of the schema. */
export const SAME = 0;
export const VALID = 1;

/** A sliding window along one axis. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

export interface Slide {
  /** Number of window positions. */
  readonly output: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Positions and zero padding of a window along one axis, as TFLite counts them (tensorflow/lite/kernels/padding.h):
 * SAME gives ceil(input / stride) positions and puts the smaller half of the padding first, VALID gives
 * ceil((input - extent + 1) / stride) without padding; extent = (size - 1) * dilation + 1.
 */
export function slide(step: Step, input: number, window: Window, padding: number): Slide {
  const { size, stride, dilation } = window;
  const extent = (size - 1) * dilation + 1;
  if (padding === VALID) {
    const output = Math.ceil((input - extent + 1) / stride);
    if (output < 1) throw step.refuse(`its window of ${extent} is larger than its input of ${input}`);
    return { output, before: 0, after: 0 };
  }
  if (padding !== SAME) throw step.refuse(`its padding ${padding} is not known`);
  const output = Math.ceil(input / stride);
  const total = Math.max((output - 1) * stride + extent - input, 0);
  const before = total >> 1;
  return { output, before, after: total - before };
}

/** ONNX `pads`: begins of all axes, then ends. */
export function pads(vertical: Slide, horizontal: Slide): number[] {
  return [vertical.before, horizontal.before, vertical.after, horizontal.after];
}

import type { Step } from './step.js';

const bound = (step: Step, value: number) => step.conversion.floatConstant(Float32Array.of(value), []);

/** min(max(x, low), high); the bounds of ONNX Clip are inputs since operator set 11. */
function clip(step: Step, name: string, low: number, high: number): string {
  return step.emit('Clip', [name, bound(step, low), bound(step, high)]);
}

/**
 * The activation that TFLite fuses into many operators: enum ActivationFunctionType of the schema, NONE 0, RELU 1,
 * RELU_N1_TO_1 2, RELU6 3, TANH 4. Returns the name of the result.
 */
export function fusedActivation(step: Step, name: string, kind: number): string {
  switch (kind) {
    case 0:
      return name;
    case 1:
      return step.emit('Relu', [name]);
    case 2:
      return clip(step, name, -1, 1);
    case 3:
      return clip(step, name, 0, 6);
    case 4:
      return step.emit('Tanh', [name]);
    default:
      throw step.refuse(`its fused activation ${kind} is not supported`);
  }
}

/** An operator with one input and no options whose ONNX counterpart does the same to each element. */
function elementwise(operator: string) {
  return (step: Step): void => {
    step.arguments(1);
    const { name, shape } = step.value(0);
    step.define(step.emit(operator, [name]), shape);
  };
}

/** RELU: max(x, 0). ONNX Relu: the same. */
export const relu = elementwise('Relu');

/** LOGISTIC: 1 / (1 + exp(-x)). ONNX Sigmoid: the same. */
export const logistic = elementwise('Sigmoid');

/** HARD_SWISH: x * min(max(x + 3, 0), 6) / 6. ONNX HardSwish (since set 14): x * max(0, min(1, x / 6 + 0.5)). */
export const hardSwish = elementwise('HardSwish');

/** RELU6: min(max(x, 0), 6). ONNX Clip with these bounds. */
export function relu6(step: Step): void {
  step.arguments(1);
  const { name, shape } = step.value(0);
  step.define(clip(step, name, 0, 6), shape);
}

import { OPTIONS } from '../tflite/schema.js';
import { fusedActivation } from './activation.js';
import { asShape4, innerShape, permute, type Shape, sameShape, TO_NCHW } from './layout.js';
import type { Step } from './step.js';

/** TFLite and ONNX both broadcast as numpy does: shapes are aligned at their ends, a dimension of 1 is repeated. */
function broadcast(step: Step, a: Shape, b: Shape): Shape {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i, rank = Math.max(a.length, b.length)) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1)
      throw step.refuse(`the shapes [${a}] and [${b}] do not fit each other`);
    return Math.max(x, y);
  });
}

interface Operand {
  readonly name: string;
  readonly shape: Shape;
  readonly constant: boolean;
}

/** A computed input, or a constant brought to `rank` dimensions in the graph's layout. */
export function operand(step: Step, i: number, rank: number): Operand {
  const constant = step.conversion.floats(step.tensorNumber(i));
  if (constant === undefined) {
    const value = step.value(i);
    if (value.shape.length !== rank) throw step.refuse(`its inputs have different numbers of dimensions`);
    return { ...value, constant: false };
  }
  const shape = [...new Array<number>(Math.max(rank - constant.shape.length, 0)).fill(1), ...constant.shape];
  const four = asShape4(shape);
  const data = four === undefined ? constant.data : permute(constant.data, four, TO_NCHW);
  return { name: step.conversion.floatConstant(data, innerShape(shape)), shape, constant: true };
}

/**
 * One computed pixel (the gate of a squeeze and excitation block) is repeated over the whole picture: onnxruntime keeps
 * equal shapes in its blocked layout, while broadcasting costs two changes of layout, which take longer.
 */
function spread(step: Step, { name, shape, constant }: Operand, target: Shape): string {
  const [, height, width, channels] = shape;
  if (constant || shape.length !== 4 || height !== 1 || width !== 1 || sameShape(shape, target)) return name;
  if (channels !== target[3]) return name;
  return step.emit('Resize', [name, '', '', step.conversion.intConstant(innerShape(target))], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
}

function binary(operator: 'Add' | 'Mul', kind: number, knownOptions: number) {
  return (step: Step): void => {
    step.arguments(2);
    const ranks = [0, 1].map((i) => step.conversion.value(step.tensorNumber(i))?.shape.length ?? 0);
    const rank = Math.max(...ranks);
    if (rank === 0) throw step.refuse('none of its inputs is computed by an operator before it');
    const a = operand(step, 0, rank);
    const b = operand(step, 1, rank);
    const options = step.options(kind, knownOptions);
    const shape = broadcast(step, a.shape, b.shape);
    const name = step.emit(operator, [spread(step, a, shape), spread(step, b, shape)]);
    step.define(fusedActivation(step, name, options.int8(0)), shape);
  };
}

/** ADD: x + y with broadcasting; AddOptions {fused_activation_function, pot_scale_int16 (quantised only)}. ONNX Add. */
export const add = binary('Add', OPTIONS.ADD, 2);

/** MUL: x * y with broadcasting; MulOptions {fused_activation_function}. ONNX Mul. */
export const mul = binary('Mul', OPTIONS.MUL, 1);

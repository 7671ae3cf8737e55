import { badModel } from '../bad-model.js';
import type { OnnxAttribute } from '../onnx/model.js';
import type { TfliteOperator } from '../tflite/model.js';
import { OPTIONS } from '../tflite/schema.js';
import type { Constant, Conversion, Value } from './conversion.js';
import { asShape4, type Shape, type Shape4 } from './layout.js';

/** More fields than any table of options will have for a long time. */
const MAX_OPTIONS = 64;

/** The fields of an options table; what is absent has its default. */
export interface Options {
  int8(index: number, absent?: number): number;
  int32(index: number, absent?: number): number;
}

const ALL_DEFAULTS: Options = { int8: (_, absent = 0) => absent, int32: (_, absent = 0) => absent };

/** One operator on its way: reads its arguments, adds nodes, defines its output. Refusals name the operator. */
export class Step {
  constructor(
    readonly conversion: Conversion,
    readonly operator: TfliteOperator,
    readonly index: number,
  ) {}

  refuse(reason: string): Error {
    return badModel(`operator ${this.index} (${this.operator.name}): ${reason}`);
  }

  /** @throws BackscrubError BadModel unless the operator has this many inputs (`most` of them at most) and one output. */
  arguments(least: number, most = least): void {
    const { inputs, outputs } = this.operator;
    if (inputs.length < least || inputs.length > most) throw this.refuse(`it has ${inputs.length} inputs`);
    if (outputs.length !== 1) throw this.refuse(`it has ${outputs.length} outputs`);
  }

  get output(): number {
    return this.operator.outputs[0] ?? -1;
  }

  tensorNumber(i: number): number {
    const index = this.operator.inputs[i] ?? -1;
    if (index < 0) throw this.refuse(`input ${i} is missing`);
    return index;
  }

  /** A computed input. */
  value(i: number): Value {
    const index = this.tensorNumber(i);
    const value = this.conversion.value(index);
    if (value === undefined) {
      throw this.refuse(
        `input ${i} (${this.conversion.tensor(index).name}) is not computed by an operator before it`,
      );
    }
    return value;
  }

  /** A computed input of rank 4, with its shape as N, H, W, C. */
  picture(i: number): { readonly name: string; readonly shape: Shape4 } {
    const { name, shape } = this.value(i);
    const four = asShape4(shape);
    if (four === undefined)
      throw this.refuse(`input ${i} has the shape [${shape}]; four dimensions are supported`);
    return { name, shape: four };
  }

  /** Constant floats, with the wanted number of dimensions. */
  weights(i: number, rank: number): Constant {
    const index = this.tensorNumber(i);
    const constant = this.conversion.floats(index);
    if (constant === undefined) throw this.refuse(`input ${i} is not a constant`);
    if (constant.shape.length !== rank) throw this.refuse(`input ${i} has the shape [${constant.shape}]`);
    return constant;
  }

  filter(i: number): { readonly data: Float32Array; readonly shape: Shape4 } {
    const { data, shape } = this.weights(i, 4);
    const four = asShape4(shape);
    if (four === undefined) throw this.refuse(`input ${i} has the shape [${shape}]`);
    return { data, shape: four };
  }

  /** Names of the constants of a bias: none when the operator has none. */
  bias(i: number, channels: number): string[] {
    if ((this.operator.inputs[i] ?? -1) < 0) return [];
    const { data, shape } = this.weights(i, 1);
    if (data.length !== channels)
      throw this.refuse(`its bias has ${data.length} values for ${channels} channels`);
    return [this.conversion.floatConstant(data, shape)];
  }

  /** A constant INT32 vector (axes, sizes). */
  int32s(i: number, limit: number): number[] {
    const { type, data } = this.conversion.tensor(this.tensorNumber(i));
    if (type !== 'INT32') throw this.refuse(`input ${i} has type ${type}; INT32 is supported`);
    if (data === undefined) throw this.refuse(`input ${i} is not a constant`);
    if (data.length > 4 * limit) throw this.refuse(`input ${i} has ${data.length >> 2} values`);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return Array.from({ length: data.length >> 2 }, (_, k) => view.getInt32(4 * k, true));
  }

  /**
   * The options table, which must be of the wanted kind and hold no field beyond the `known` first ones: a later field
   * may change what the operator does.
   */
  options(kind: number, known: number): Options {
    const { options, optionsType } = this.operator;
    if (options === undefined && optionsType === OPTIONS.NONE) return ALL_DEFAULTS;
    if (options === undefined || optionsType !== kind)
      throw this.refuse(`its options are of kind ${optionsType}`);
    if (options.fieldCount > MAX_OPTIONS) throw this.refuse(`it has ${options.fieldCount} options`);
    for (let field = known; field < options.fieldCount; field++) {
      if (options.field(field, 1) !== 0) throw this.refuse(`its option ${field} is not known`);
    }
    return options;
  }

  /** A stride, dilation or filter size. */
  size(value: number, what: string): number {
    if (value < 1 || value > 4096) throw this.refuse(`its ${what} is ${value}`);
    return value;
  }

  emit(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    return this.conversion.emit(operator, inputs, attributes);
  }

  /** Says that `name` is the operator's output. */
  define(name: string, shape: Shape): void {
    this.conversion.define(this.output, name, shape);
  }
}

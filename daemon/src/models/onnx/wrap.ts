/**
 * Puts a network into a graph of our own: in front what turns planar RGB 0..1 into what the network wants, behind what turns
 * its numbers into a probability map. All of it runs in onnxruntime, nothing per pixel in JavaScript.
 *
 * Operators are chosen so that they mean the same in all operator sets that are read.
 */
import { badModel } from '../bad-model.js';
import type { Colour, ModelManifest } from '../manifest.js';
import type { OnnxFile, Port } from './file.js';
import {
  type OnnxConstant,
  type OnnxNode,
  type OnnxPort,
  writeConstant,
  writeNode,
  writePort,
} from './model.js';
import { ProtobufWriter } from './protobuf.js';
import { printable } from './reader.js';
import { elementTypeName } from './tensor.js';

export interface Wrapped {
  readonly onnx: Uint8Array;
  /** Port `input`: 1, 3, height, width; port `map`: 1, 1, mapHeight, mapWidth. */
  readonly mapWidth: number;
  readonly mapHeight: number;
  /** Shapes of the network's own input and output. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Name and shape of the network's own output, as it comes when `raw` is asked for. */
  readonly raw: OnnxPort;
  readonly states: readonly { readonly input: OnnxPort; readonly output: OnnxPort }[];
}

const FLOAT = 1;
const FLOAT16 = 10;
const MAX_SIDE = 2048;
/** Ours, so that they cannot meet the network's own names. */
const OWN = 'backscrub:';

/** @throws BackscrubError BadModel when file and manifest do not fit together. */
export function wrapOnnx(file: OnnxFile, manifest: ModelManifest, raw = false): Wrapped {
  return new Wrapping(file, manifest).finish(raw);
}

class Wrapping {
  readonly #before: OnnxNode[] = [];
  readonly #after: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];

  constructor(
    readonly file: OnnxFile,
    readonly manifest: ModelManifest,
  ) {}

  finish(raw: boolean): Wrapped {
    const { file, manifest } = this;
    const { width, height } = manifest.input;
    const states = manifest.states.map((state) => this.#state(state));
    const network = this.#onlyInput();
    const inputShape = this.#inputShape(network);
    this.#enter(network);
    const result = this.#onlyOutput();
    const shape = this.#outputShape(result);
    const [mapHeight, mapWidth] = this.#leave(result, shape);
    for (const [name, values] of Object.entries(manifest.constants)) {
      this.#constants.push({ name, shape: [values.length], data: Float32Array.from(values) });
    }
    const rawPort = { name: result.name, shape };
    const model = new ProtobufWriter();
    model.int(1, file.irVersion);
    model.string(2, 'backscrub');
    model.message(7, (graph) => {
      for (const node of this.#before) graph.message(1, (out) => writeNode(out, node));
      for (const field of file.nodeFields) graph.append(field);
      for (const node of this.#after) graph.message(1, (out) => writeNode(out, node));
      graph.string(2, 'segmenter');
      for (const field of file.constantFields) graph.append(field);
      for (const constant of this.#constants) graph.message(5, (out) => writeConstant(out, constant));
      const inputs = [{ name: `${OWN}input`, shape: [1, 3, height, width] }, ...states.map((s) => s.input)];
      const outputs: OnnxPort[] = [{ name: `${OWN}map`, shape: [1, 1, mapHeight, mapWidth] }];
      outputs.push(...states.map((s) => s.output));
      if (raw) outputs.push(rawPort);
      for (const port of inputs) graph.message(11, (out) => writePort(out, port));
      for (const port of outputs) graph.message(12, (out) => writePort(out, port));
    });
    for (const field of file.opsetFields) model.append(field);
    return {
      onnx: model.finish(),
      mapWidth,
      mapHeight,
      inputShape,
      outputShape: shape,
      raw: rawPort,
      states,
    };
  }

  #prepend(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: OnnxNode['attributes'] = {},
  ) {
    this.#before.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  #emit(operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `${OWN}o${this.#after.length}`;
    this.#after.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  #constant(shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = `${OWN}c${this.#constants.length}`;
    this.#constants.push({ name, shape, data });
    return name;
  }

  #onlyInput(): Port {
    const { file, manifest } = this;
    const wanted = manifest.input.name;
    const taken = new Set([...manifest.states.map((s) => s.input), ...Object.keys(manifest.constants)]);
    for (const name of Object.keys(manifest.constants)) {
      if (!file.inputs.some((port) => port.name === name)) {
        throw badModel(`its manifest gives numbers to the input ${printable(name)}, which it does not have`);
      }
    }
    const free = file.inputs.filter((port) => !taken.has(port.name));
    const found = wanted === undefined ? free[0] : free.find((port) => port.name === wanted);
    if (found === undefined) {
      throw badModel(
        wanted === undefined ? 'it has no input' : `it has no input called ${printable(wanted)}`,
      );
    }
    if (free.length > 1) {
      const names = free.map((port) => printable(port.name)).join(', ');
      throw badModel(
        `it has ${free.length} inputs (${names}); one picture is supported. Say in the manifest what the others are (states, constants).`,
      );
    }
    return found;
  }

  #inputShape(port: Port): readonly number[] {
    const { layout, width, height } = this.manifest.input;
    const wanted = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
    const title = `its input ${printable(port.name)}`;
    if (port.type !== FLOAT && port.type !== FLOAT16) {
      throw badModel(
        `${title} has the element type ${elementTypeName(port.type)}; float and float16 are supported`,
      );
    }
    if (port.shape === undefined) return wanted;
    const fits = port.shape.length === 4 && wanted.every((size, i) => (port.shape?.[i] || size) === size);
    if (!fits) throw badModel(`${title} has the shape [${show(port.shape)}], its manifest says [${wanted}]`);
    return wanted;
  }

  /** Own input -> the network's. */
  #enter(port: Port): void {
    const { layout, order, scale, offset } = this.manifest.input;
    let value = `${OWN}input`;
    const step = (operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}) => {
      value = this.#prepend(operator, inputs, `${OWN}i${this.#before.length}`, attributes);
    };
    const colour = (values: Colour): string =>
      values.every((v) => v === values[0])
        ? this.#constant([], Float32Array.of(values[0]))
        : this.#constant([1, 3, 1, 1], Float32Array.from(values));
    const factors = scale.map((v) => v * 255) as unknown as Colour;
    if (factors.some((v) => Math.abs(v - 1) > 1e-9)) step('Mul', [value, colour(factors)]);
    if (offset.some((v) => v !== 0)) step('Add', [value, colour(offset)]);
    if (order === 'BGR')
      step('Gather', [value, this.#constant([3], BigInt64Array.of(2n, 1n, 0n))], { axis: 1 });
    if (layout === 'NHWC') step('Transpose', [value], { perm: [0, 2, 3, 1] });
    if (port.type === FLOAT16) this.#prepend('Cast', [value], port.name, { to: FLOAT16 });
    else this.#prepend('Identity', [value], port.name);
  }

  #onlyOutput(): Port {
    const { file, manifest } = this;
    const wanted = manifest.output.name;
    const states = new Set(manifest.states.map((s) => s.output));
    const free = file.outputs.filter((port) => !states.has(port.name));
    const found = wanted === undefined ? free[0] : free.find((port) => port.name === wanted);
    if (found === undefined) {
      throw badModel(
        wanted === undefined ? 'it has no output' : `it has no output called ${printable(wanted)}`,
      );
    }
    if (wanted === undefined && free.length > 1) {
      const names = free.map((port) => printable(port.name)).join(', ');
      throw badModel(
        `it has ${free.length} outputs (${names}); say in the manifest which one counts (output.name)`,
      );
    }
    if (found.type !== FLOAT && found.type !== FLOAT16) {
      throw badModel(
        `its output ${printable(found.name)} has the element type ${elementTypeName(found.type)}; float and float16 are supported`,
      );
    }
    return found;
  }

  /** Rank 4; sizes that the file leaves open come from the manifest. */
  #outputShape(port: Port): readonly number[] {
    const { layout, width, height, channels } = this.manifest.output;
    const title = `its output ${printable(port.name)}`;
    const wanted = layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
    let given = port.shape ?? [0, 0, 0, 0];
    // One channel is often left out.
    if (channels === 1 && given.length === 2) given = [1, ...given];
    if (channels === 1 && given.length === 3)
      given = layout === 'NCHW' ? [1, 1, ...given.slice(1)] : [...given, 1];
    if (given.length !== 4) throw badModel(`${title} has the shape [${show(given)}]; a picture is needed`);
    const shape = given.map((size, i) => size || wanted[i] || 0);
    if (shape.some((size, i) => (wanted[i] || size) !== size)) {
      throw badModel(`${title} has the shape [${show(given)}], its manifest says [${show(wanted)}]`);
    }
    if (shape.includes(0)) {
      throw badModel(
        `${title} has no fixed size ([${show(given)}]); say output.width and output.height in the manifest, or export it with fixed sizes`,
      );
    }
    const [rows = 0, columns = 0] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1);
    if (rows < 2 || columns < 2)
      throw badModel(`${title} has the shape [${shape}], which is no map of a picture`);
    if (shape.some((size) => size > MAX_SIDE))
      throw badModel(`${title} has the shape [${shape}], which is too large`);
    return shape;
  }

  /** The network's output -> own map; returns its height and width. */
  #leave(port: Port, shape: readonly number[]): readonly [number, number] {
    const { kind, layout, personIndex, align, channels } = this.manifest.output;
    const planar = layout === 'NCHW';
    const [height = 0, width = 0] = planar ? shape.slice(2) : shape.slice(1);
    let value = port.type === FLOAT16 ? this.#emit('Cast', [port.name], { to: FLOAT }) : port.name;
    const reshape = (sizes: readonly number[]) =>
      this.#emit('Reshape', [value, this.#constant([sizes.length], BigInt64Array.from(sizes, BigInt))]);
    // Open sizes become fixed here; a file that lied about them fails in its first run.
    if (port.shape?.length !== 4 || port.shape.includes(0)) value = reshape(shape);
    const index = this.#constant([1], BigInt64Array.of(BigInt(personIndex)));
    if (kind === 'two-class-logits') {
      // Softmax over two is the sigmoid of their difference; a 1x1 convolution subtracts.
      if (!planar) value = this.#emit('Transpose', [value], { perm: [0, 3, 1, 2] });
      const weights = personIndex === 1 ? [-1, 1] : [1, -1];
      value = this.#emit('Conv', [value, this.#constant([1, 2, 1, 1], Float32Array.from(weights))]);
    } else if (kind === 'class-scores') {
      if (planar) value = this.#emit('Transpose', [value], { perm: [0, 2, 3, 1] });
      // The last axis: there the older definition of Softmax, which flattens, agrees with the newer one.
      value = this.#emit('Softmax', [value], { axis: 3 });
      value = this.#emit('Gather', [value, index], { axis: 3 });
      value = reshape([1, 1, height, width]);
    } else {
      if (channels > 1) value = this.#emit('Gather', [value, index], { axis: planar ? 1 : 3 });
      if (!planar) value = reshape([1, 1, height, width]);
    }
    const size = this.#enlarged(height, width);
    if (size[0] !== height || size[1] !== width) {
      // Before the sigmoid: an edge that is straight in logits becomes a sharp one.
      const sizes = this.#constant([4], BigInt64Array.of(1n, 1n, BigInt(size[0]), BigInt(size[1])));
      const mode = align === 'corners' ? 'align_corners' : 'half_pixel';
      const empty = this.#constant([0], new Float32Array(0));
      value = this.#emit('Resize', [value, empty, empty, sizes], {
        mode: 'linear',
        coordinate_transformation_mode: mode,
      });
    }
    const sigmoid = kind === 'logits' || kind === 'two-class-logits';
    this.#after.push({
      operator: sigmoid ? 'Sigmoid' : 'Identity',
      inputs: [value],
      outputs: [`${OWN}map`],
      attributes: {},
    });
    return size;
  }

  /** A coarse map is enlarged to the input's size, where its values lie as the network saw them. */
  #enlarged(height: number, width: number): readonly [number, number] {
    const { input } = this.manifest;
    return 2 * width <= input.width && 2 * height <= input.height
      ? [input.height, input.width]
      : [height, width];
  }

  #state(state: ModelManifest['states'][number]): Wrapped['states'][number] {
    const input = this.file.inputs.find((port) => port.name === state.input);
    const output = this.file.outputs.find((port) => port.name === state.output);
    if (input === undefined) throw badModel(`it has no input called ${printable(state.input)} (states)`);
    if (output === undefined) throw badModel(`it has no output called ${printable(state.output)} (states)`);
    if (input.type !== FLOAT || output.type !== FLOAT)
      throw badModel(`its state ${printable(state.input)} is not of type float`);
    const shape = state.shape ?? input.shape;
    if (shape === undefined || shape.length === 0 || shape.includes(0)) {
      throw badModel(
        `its state ${printable(state.input)} has no fixed size; say states[].shape in the manifest`,
      );
    }
    if (shape.reduce((a, b) => a * b, 1) > MAX_SIDE * MAX_SIDE)
      throw badModel(`its state ${printable(state.input)} is too large`);
    for (const port of [input, output]) {
      const fits =
        port.shape === undefined ||
        (port.shape.length === shape.length && shape.every((size, i) => (port.shape?.[i] || size) === size));
      if (!fits)
        throw badModel(
          `its state ${printable(port.name)} has the shape [${show(port.shape)}], not [${shape}]`,
        );
    }
    return { input: { name: state.input, shape }, output: { name: state.output, shape } };
  }
}

function show(shape: readonly number[] | undefined): string {
  return (shape ?? []).map((size) => (size === 0 ? '?' : String(size))).join(',');
}

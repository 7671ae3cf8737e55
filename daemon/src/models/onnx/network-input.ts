/** The picture that a network takes, and what makes it of ours. */
import { badModel } from '../bad-model.js';
import type { Colour, ModelManifest } from '../manifest.js';
import type { OnnxFile, Port } from './file.js';
import type { OnnxNode } from './model.js';
import { printable } from './reader.js';
import { showShape } from './shape.js';
import { OWN, type Surroundings } from './surroundings.js';
import { elementTypeName, FLOAT, FLOAT16 } from './tensor.js';

/** The one input that is a picture. @throws BackscrubError BadModel */
export function findInput(file: OnnxFile, manifest: ModelManifest): Port {
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
    throw badModel(wanted === undefined ? 'it has no input' : `it has no input called ${printable(wanted)}`);
  }
  if (free.length > 1) {
    const names = free.map((port) => printable(port.name)).join(', ');
    throw badModel(
      `it has ${free.length} inputs (${names}); one picture is supported. Say in the manifest what the others are (states, constants).`,
    );
  }
  return found;
}

/** What the network is fed, in its own layout. @throws BackscrubError BadModel when file and manifest do not agree */
export function inputShapeOf(port: Port, manifest: ModelManifest): readonly number[] {
  const { layout, width, height } = manifest.input;
  const wanted = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
  const title = `its input ${printable(port.name)}`;
  if (port.type !== FLOAT && port.type !== FLOAT16) {
    throw badModel(
      `${title} has the element type ${elementTypeName(port.type)}; float and float16 are supported`,
    );
  }
  if (port.shape === undefined) return wanted;
  const fits = port.shape.length === 4 && wanted.every((size, i) => (port.shape?.[i] || size) === size);
  if (!fits)
    throw badModel(`${title} has the shape [${showShape(port.shape)}], its manifest says [${wanted}]`);
  return wanted;
}

/** Own input, planar RGB 0..1 -> the network's. */
export function enter(port: Port, manifest: ModelManifest, graph: Surroundings): void {
  const { layout, order, scale, offset } = manifest.input;
  let value = `${OWN}input`;
  const step = (operator: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}) => {
    value = graph.prepend(operator, inputs, attributes);
  };
  const colour = (values: Colour): string =>
    values.every((v) => v === values[0])
      ? graph.constant([], Float32Array.of(values[0]))
      : graph.constant([1, 3, 1, 1], Float32Array.from(values));
  const factors = scale.map((v) => v * 255) as unknown as Colour;
  if (factors.some((v) => Math.abs(v - 1) > 1e-9)) step('Mul', [value, colour(factors)]);
  if (offset.some((v) => v !== 0)) step('Add', [value, colour(offset)]);
  if (order === 'BGR')
    step('Gather', [value, graph.constant([3], BigInt64Array.of(2n, 1n, 0n))], { axis: 1 });
  if (layout === 'NHWC') step('Transpose', [value], { perm: [0, 2, 3, 1] });
  if (port.type === FLOAT16) graph.prepend('Cast', [value], { to: FLOAT16 }, port.name);
  else graph.prepend('Identity', [value], {}, port.name);
}

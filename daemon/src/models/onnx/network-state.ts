/** What a network remembers from one run to the next. */
import { badModel } from '../bad-model.js';
import type { RecurrentState } from '../manifest.js';
import type { OnnxFile } from './file.js';
import type { OnnxPort } from './model.js';
import { printable } from './reader.js';
import { MAX_SIDE, showShape } from './shape.js';
import { FLOAT } from './tensor.js';

/** Both of the same shape: what one run gives, the next one takes. */
export interface StatePorts {
  readonly input: OnnxPort;
  readonly output: OnnxPort;
}

/** @throws BackscrubError BadModel when the file has no such ports, or of another size or type */
export function statePorts(file: OnnxFile, state: RecurrentState): StatePorts {
  const input = file.inputs.find((port) => port.name === state.input);
  const output = file.outputs.find((port) => port.name === state.output);
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
        `its state ${printable(port.name)} has the shape [${showShape(port.shape)}], not [${shape}]`,
      );
  }
  return { input: { name: state.input, shape }, output: { name: state.output, shape } };
}

import { type OnnxConstant, type OnnxNode, writeConstant, writeNode } from './model.js';
import type { ProtobufWriter } from './protobuf.js';

/** Ours, so that they cannot meet the network's own names. */
export const OWN = 'backscrub:';

/** Operators and constants that are put before and behind a network. */
export class Surroundings {
  readonly #before: OnnxNode[] = [];
  readonly #after: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];

  /** Adds an operator in front, behind those that are there; its result is called `output`, by a name of its own by default. */
  prepend(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    output = `${OWN}i${this.#before.length}`,
  ): string {
    this.#before.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  /** The same behind the network. */
  append(
    operator: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    output = `${OWN}o${this.#after.length}`,
  ): string {
    this.#after.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  constant(shape: readonly number[], data: Float32Array | BigInt64Array, name?: string): string {
    const own = name ?? `${OWN}c${this.#constants.length}`;
    this.#constants.push({ name: own, shape, data });
    return own;
  }

  writeBefore(graph: ProtobufWriter): void {
    for (const node of this.#before) graph.message(1, (out) => writeNode(out, node));
  }

  writeAfter(graph: ProtobufWriter): void {
    for (const node of this.#after) graph.message(1, (out) => writeNode(out, node));
  }

  writeConstants(graph: ProtobufWriter): void {
    for (const constant of this.#constants) graph.message(5, (out) => writeConstant(out, constant));
  }
}

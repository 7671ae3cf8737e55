/**
 * Puts a network into a graph of our own: in front what turns planar RGB 0..1 into what the network wants, behind what turns
 * its numbers into a probability map. All of it runs in onnxruntime, nothing per pixel in JavaScript.
 *
 * Operators are chosen so that they mean the same in all operator sets that are read.
 */
import type { ModelManifest } from '../manifest.js';
import type { OnnxFile } from './file.js';
import { type OnnxPort, writePort } from './model.js';
import { enter, findInput, inputShapeOf } from './network-input.js';
import { findOutput, leave, outputShapeOf } from './network-output.js';
import { type StatePorts, statePorts } from './network-state.js';
import { ProtobufWriter } from './protobuf.js';
import { OWN, Surroundings } from './surroundings.js';

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
  readonly states: readonly StatePorts[];
}

/**
 * @param raw whether the network's own output is an output of the graph, too
 * @throws BackscrubError BadModel when file and manifest do not fit together
 */
export function wrapOnnx(file: OnnxFile, manifest: ModelManifest, raw = false): Wrapped {
  const graph = new Surroundings();
  const states = manifest.states.map((state) => statePorts(file, state));
  const network = findInput(file, manifest);
  const inputShape = inputShapeOf(network, manifest);
  enter(network, manifest, graph);
  const result = findOutput(file, manifest);
  const outputShape = outputShapeOf(result, manifest);
  const [mapHeight, mapWidth] = leave(result, outputShape, manifest, graph);
  for (const [name, values] of Object.entries(manifest.constants))
    graph.constant([values.length], Float32Array.from(values), name);
  const rawPort = { name: result.name, shape: outputShape };
  const { width, height } = manifest.input;
  const inputs = [{ name: `${OWN}input`, shape: [1, 3, height, width] }, ...states.map((s) => s.input)];
  const outputs: OnnxPort[] = [{ name: `${OWN}map`, shape: [1, 1, mapHeight, mapWidth] }];
  outputs.push(...states.map((s) => s.output));
  if (raw) outputs.push(rawPort);
  const onnx = write(file, graph, inputs, outputs);
  return { onnx, mapWidth, mapHeight, inputShape, outputShape, raw: rawPort, states };
}

function write(
  file: OnnxFile,
  surroundings: Surroundings,
  inputs: readonly OnnxPort[],
  outputs: readonly OnnxPort[],
): Uint8Array {
  const model = new ProtobufWriter();
  model.int(1, file.irVersion);
  model.string(2, 'backscrub');
  model.message(7, (graph) => {
    surroundings.writeBefore(graph);
    for (const field of file.nodeFields) graph.append(field);
    surroundings.writeAfter(graph);
    graph.string(2, 'segmenter');
    for (const field of file.constantFields) graph.append(field);
    surroundings.writeConstants(graph);
    for (const port of inputs) graph.message(11, (out) => writePort(out, port));
    for (const port of outputs) graph.message(12, (out) => writePort(out, port));
  });
  for (const field of file.opsetFields) model.append(field);
  return model.finish();
}

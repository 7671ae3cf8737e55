/**
 * Reads ONNX files as far as it takes to say whether one can be used, and to put it into a graph of our own (wrap.ts).
 * Weights are not unpacked. Field numbers: onnx/onnx.proto3 of the ONNX specification.
 */
import { badModel } from '../bad-model.js';
import { ModelBudget } from '../model-budget.js';
import { checkNode, type NodeSummary } from './node.js';
import { bytesOf, fieldsOf, printable, textOf } from './reader.js';
import { checkTensor } from './tensor.js';

/** A dimension that is a name or not given at all is open: 0. */
export interface Port {
  readonly name: string;
  /** TensorProto.DataType; 0 when the port is no tensor. */
  readonly type: number;
  /** Undefined when the file says nothing about it. */
  readonly shape: readonly number[] | undefined;
}

export interface OnnxFile {
  readonly irVersion: number;
  /** Version of ONNX's own operator set. */
  readonly opset: number;
  /** The opset_import fields as they are. */
  readonly opsetFields: readonly Uint8Array[];
  /** Fields of the graph with their tags. */
  readonly nodeFields: readonly Uint8Array[];
  readonly constantFields: readonly Uint8Array[];
  readonly nodes: readonly NodeSummary[];
  /** What must be fed, constants with a default left out. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Shapes that the file tells about values inside the graph. */
  readonly inner: ReadonlyMap<string, Port>;
  readonly constants: ReadonlySet<string>;
}

const MAX_FILE = 64 << 20;
const MAX_NODES = 16384;
const MAX_PORTS = 64;
const MAX_RANK = 8;
/** Older resize operators mean something else, and softmax too. */
const OLDEST_OPSET = 11;
const NEWEST_OPSET = 24;
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);

/** @throws BackscrubError BadModel for every file that is not a complete model that could be run. */
export function readOnnxFile(bytes: Uint8Array, budget = new ModelBudget()): OnnxFile {
  if (bytes.length > MAX_FILE) throw badModel(`it is larger than ${MAX_FILE >> 20} MiB`);
  let irVersion = 0;
  let opset = 0;
  let graph: Uint8Array | undefined;
  const opsetFields: Uint8Array[] = [];
  for (const field of fieldsOf(bytes, 'the file', budget)) {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 7) {
      if (graph !== undefined) throw badModel('it has several graphs');
      graph = bytesOf(field, 'the graph');
    } else if (field.number === 8) {
      const { domain, version } = readOpset(bytesOf(field, 'its operator sets'), budget);
      if (!DOMAINS.has(domain)) throw badModel(`it needs the operators of "${printable(domain)}"`);
      if (domain !== 'com.microsoft') opset = version;
      if (opsetFields.push(field.raw) > 8) throw badModel('it names too many operator sets');
    } else if (field.number === 25) throw badModel('it defines operators of its own (functions)');
    else if (field.number === 20) throw badModel('it holds training information; export it for inference');
  }
  if (graph === undefined || irVersion === 0) throw badModel('it is not an ONNX file');
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw badModel(
      `it uses operator set ${opset}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are supported. Export it again with another one.`,
    );
  }
  return { irVersion, opset, opsetFields, ...readGraph(graph, budget) };
}

function readOpset(message: Uint8Array, budget: ModelBudget): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(message, 'its operator sets', budget)) {
    if (field.number === 1) domain = textOf(field, 'an operator set');
    else if (field.number === 2) version = field.value;
  }
  return { domain, version };
}

type Graph = Omit<OnnxFile, 'irVersion' | 'opset' | 'opsetFields'>;

function readGraph(graph: Uint8Array, budget: ModelBudget): Graph {
  const nodeFields: Uint8Array[] = [];
  const constantFields: Uint8Array[] = [];
  const constants = new Set<string>();
  const nodes: NodeSummary[] = [];
  const ports: Port[] = [];
  const outputs: Port[] = [];
  const inner = new Map<string, Port>();
  for (const field of fieldsOf(graph, 'the graph', budget)) {
    if (field.number === 1) {
      if (nodeFields.push(field.raw) > MAX_NODES) throw badModel(`it has more than ${MAX_NODES} operators`);
      nodes.push(checkNode(bytesOf(field, 'an operator'), nodes.length, budget));
    } else if (field.number === 5) {
      if (constantFields.push(field.raw) > MAX_NODES)
        throw badModel(`it has more than ${MAX_NODES} constants`);
      const name = checkTensor(bytesOf(field, 'a constant'), 'a constant', budget);
      if (name === '') throw badModel('a constant has no name');
      if (constants.has(name)) throw badModel(`the constant ${printable(name)} is there twice`);
      constants.add(name);
    } else if (field.number === 11) {
      if (ports.push(readPort(bytesOf(field, 'an input'), budget)) > MAX_NODES)
        throw badModel('it has too many inputs');
    } else if (field.number === 12) {
      if (outputs.push(readPort(bytesOf(field, 'an output'), budget)) > MAX_PORTS)
        throw badModel(`it has more than ${MAX_PORTS} outputs`);
    } else if (field.number === 13) {
      const port = readPort(bytesOf(field, 'a value'), budget);
      if (inner.set(port.name, port).size > 4 * MAX_NODES) throw badModel('it describes too many values');
    } else if (field.number === 15) throw badModel('it has sparse constants');
  }
  // Before IR version 4 constants were listed among the inputs as well.
  const inputs = ports.filter((port) => !constants.has(port.name));
  if (inputs.length > MAX_PORTS) throw badModel(`it has ${inputs.length} inputs`);
  checkOrder(nodes, new Set([...constants, ...inputs.map((port) => port.name)]), outputs);
  return { nodeFields, constantFields, constants, nodes, inputs, outputs, inner };
}

/** The specification wants nodes in the order of computing, each value written once; so there can be no cycle. */
function checkOrder(nodes: readonly NodeSummary[], known: Set<string>, outputs: readonly Port[]): void {
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input !== '' && !known.has(input)) {
        throw badModel(
          `${node.title} uses ${printable(input)}, which nothing before it computes (a cycle, or operators out of order)`,
        );
      }
    }
    for (const output of node.outputs) {
      if (output === '') continue;
      if (known.has(output)) throw badModel(`${node.title} writes ${printable(output)} a second time`);
      known.add(output);
    }
  }
  for (const { name } of outputs) {
    if (!known.has(name)) throw badModel(`nothing computes its output ${printable(name)}`);
  }
}

function readPort(message: Uint8Array, budget: ModelBudget): Port {
  let name = '';
  let type = 0;
  let shape: number[] | undefined;
  for (const field of fieldsOf(message, 'a port', budget)) {
    if (field.number === 1) name = textOf(field, 'a port');
    if (field.number !== 2) continue;
    for (const kind of fieldsOf(bytesOf(field, 'a type'), 'a type', budget)) {
      if (kind.number !== 1) continue;
      for (const part of fieldsOf(bytesOf(kind, 'a type'), 'a type', budget)) {
        if (part.number === 1) type = part.value;
        else if (part.number === 2) shape = readShape(bytesOf(part, 'a shape'), budget);
      }
    }
  }
  return { name, type, shape };
}

function readShape(message: Uint8Array, budget: ModelBudget): number[] {
  const shape: number[] = [];
  for (const field of fieldsOf(message, 'a shape', budget)) {
    if (field.number !== 1) continue;
    let size = 0;
    for (const part of fieldsOf(bytesOf(field, 'a shape'), 'a shape', budget))
      if (part.number === 1) size = part.value;
    // Some exporters write -1 for an open size; as an unsigned number it is huge.
    if (shape.push(size >= 2 ** 31 ? 0 : size) > MAX_RANK)
      throw badModel(`a shape has more than ${MAX_RANK} dimensions`);
  }
  return shape;
}

/** Operators of an ONNX file. Field numbers: onnx/onnx.proto3, NodeProto and AttributeProto. */
import { badModel } from '../bad-model.js';
import type { ModelBudget } from '../model-budget.js';
import { bytesOf, fieldsOf, printable, textOf } from './reader.js';
import { checkTensor } from './tensor.js';

export interface NodeSummary {
  readonly operator: string;
  /** For messages: number and operator. */
  readonly title: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const MAX_ARGUMENTS = 1024;
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);
const CONTROL_FLOW = new Set(['If', 'Loop', 'Scan', 'SequenceMap']);

/** @throws BackscrubError BadModel */
export function checkNode(message: Uint8Array, index: number, budget: ModelBudget): NodeSummary {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Uint8Array[] = [];
  let operator = '';
  let domain = '';
  const where = `operator ${index}`;
  for (const field of fieldsOf(message, where, budget)) {
    if (field.number === 1) inputs.push(textOf(field, where));
    else if (field.number === 2) outputs.push(textOf(field, where));
    else if (field.number === 4) operator = textOf(field, where);
    else if (field.number === 5) attributes.push(bytesOf(field, where));
    else if (field.number === 7) domain = textOf(field, where);
    if (inputs.length + outputs.length + attributes.length > MAX_ARGUMENTS)
      throw badModel(`${where} has more than ${MAX_ARGUMENTS} arguments`);
  }
  const title = `${where} (${printable(operator)})`;
  if (!/^\w+$/.test(operator)) throw badModel(`${title} has no proper name`);
  if (!DOMAINS.has(domain))
    throw badModel(`${title} belongs to "${printable(domain)}", which is not supported`);
  if (CONTROL_FLOW.has(operator)) throw badModel(`${title} is control flow, which is not supported`);
  for (const attribute of attributes) checkAttribute(attribute, title, budget);
  return { operator, title, inputs, outputs };
}

function checkAttribute(message: Uint8Array, title: string, budget: ModelBudget): void {
  for (const field of fieldsOf(message, title, budget)) {
    if (field.number === 6 || field.number === 11) throw badModel(`${title} holds a graph (control flow)`);
    if (field.number === 22 || field.number === 23) throw badModel(`${title} has a sparse constant`);
    if (field.number === 5 || field.number === 10)
      checkTensor(bytesOf(field, title), `a constant of ${title}`, budget);
  }
}

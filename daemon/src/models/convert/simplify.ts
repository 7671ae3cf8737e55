import type { OnnxNode } from '../onnx/model.js';
import type { Conversion } from './conversion.js';

/**
 * A 1x1 convolution of an enlarged picture is computed before the picture is enlarged: the weights of a bilinear
 * enlargement sum to 1, so that both orders give the same sum, bias included, and the smaller picture costs less. In
 * the default model this saves about a tenth of a run.
 */
export function convolveBeforeEnlarging(conversion: Conversion): readonly OnnxNode[] {
  const nodes = [...conversion.nodes];
  const uses = countUses(nodes);
  const positions = new Map(nodes.map((node, i) => [node.outputs[0] ?? '', i]));
  const shapes = new Map(conversion.constants.map(({ name, shape }) => [name, shape]));
  for (const [i, conv] of conversion.nodes.entries()) {
    const [picture = '', weights = ''] = conv.inputs;
    const target = conversion.enlarged.get(picture);
    const at = positions.get(picture);
    const resize = at === undefined ? undefined : nodes[at];
    if (!target || at === undefined || !resize || uses.get(picture) !== 1 || !isPointwise(conv)) continue;
    const [outChannels = 0, inChannels = 0] = shapes.get(weights) ?? [];
    if (outChannels > inChannels) continue;
    const size = conversion.intConstant([1, outChannels, target.height, target.width]);
    const small = `${picture}_small`;
    nodes[at] = { ...conv, inputs: [resize.inputs[0] ?? '', ...conv.inputs.slice(1)], outputs: [small] };
    nodes[i] = { ...resize, inputs: [small, '', '', size], outputs: conv.outputs };
  }
  return nodes;
}

function countUses(nodes: readonly OnnxNode[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap((node) => node.inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function isPointwise({ operator, attributes }: OnnxNode): boolean {
  const ones = (value: unknown) => Array.isArray(value) && value.every((one) => one === 1);
  return (
    operator === 'Conv' &&
    (attributes['group'] ?? 1) === 1 &&
    ones(attributes['kernel_shape']) &&
    ones(attributes['strides'])
  );
}

/** What a network consists of and how much it has to multiply. */
import type { PreparedModel } from './prepare.js';
import type { OperatorCount } from './report.js';
import type { TfliteModel } from './tflite/model.js';

/** Operators as the file names them, most frequent first. */
export function countOperators({ tflite, file }: PreparedModel): OperatorCount[] {
  const names = tflite
    ? tflite.operators.map(({ name }) => name)
    : file.nodes.map(({ operator }) => operator);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** Multiply-accumulates of all convolutions and matrix products of a run; those of .onnx files: onnx/macs.ts. */
export function countTfliteMacs(model: TfliteModel): number {
  return model.operators.reduce((sum, operator) => sum + macsOf(model, operator), 0);
}

function macsOf(model: TfliteModel, { name, inputs, outputs }: TfliteModel['operators'][number]): number {
  const size = (tensor: number | undefined) =>
    (model.tensors[tensor ?? -1]?.shape ?? []).reduce((product, length) => product * length, 1);
  // Filters: O, height, width, I; depthwise 1, height, width, O; a matrix O, I.
  const filter = model.tensors[inputs[1] ?? -1]?.shape ?? [];
  const [first = 1, height = 1, width = 1, last = 1] = filter;
  switch (name) {
    case 'CONV_2D':
      return size(outputs[0]) * height * width * last;
    case 'DEPTHWISE_CONV_2D':
      return size(outputs[0]) * height * width;
    case 'Convolution2DTransposeBias':
      return size(inputs[0]) * height * width * first;
    case 'FULLY_CONNECTED':
      return size(outputs[0]) * height;
    default:
      return 0;
  }
}

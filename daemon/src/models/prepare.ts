import { badModel } from './bad-model.js';
import { convertTflite } from './convert/convert.js';
import type { ModelManifest } from './manifest.js';
import { type OnnxFile, readOnnxFile } from './onnx/file.js';
import { type Wrapped, wrapOnnx } from './onnx/wrap.js';
import type { ResolvedModel } from './registry.js';
import { readTflite, type TfliteModel } from './tflite/model.js';

export interface PreparedModel extends Wrapped {
  /** What is read back in the model's own layout, TFLite's being NHWC. */
  readonly manifest: ModelManifest;
  /** One of the two, as it was read. */
  readonly tflite: TfliteModel | undefined;
  readonly file: OnnxFile;
}

/**
 * Reads and checks a model file and makes the graph that a session runs. No session is made and nothing is run.
 *
 * @throws BackscrubError BadModel, with the reason, for everything that is known to be unusable
 */
export function prepareModel(
  { manifest, bytes, format }: Pick<ResolvedModel, 'manifest' | 'bytes' | 'format'>,
  raw = false,
): PreparedModel {
  if (format === 'onnx') {
    const file = readOnnxFile(bytes);
    return { ...wrapOnnx(file, manifest, raw), manifest, tflite: undefined, file };
  }
  if (manifest.states.length > 0 || Object.keys(manifest.constants).length > 0)
    throw badModel('states and constants are supported for .onnx files only');
  const tflite = readTflite(bytes);
  const { onnx, input, output } = convertTflite(tflite, { inputLayout: 'NCHW' });
  expectShape('input', input, manifest.input);
  expectShape('output', output, manifest.output);
  const { name: _, ...port } = manifest.input;
  const { name: __, ...result } = manifest.output;
  // The converted graph takes planes, whatever the file took, and gives what the file gives.
  const planar: ModelManifest = {
    ...manifest,
    input: { ...port, layout: 'NCHW' },
    output: { ...result, layout: 'NHWC' },
  };
  const file = readOnnxFile(onnx);
  return { ...wrapOnnx(file, planar, raw), inputShape: input, manifest, tflite, file };
}

function expectShape(
  what: string,
  shape: readonly number[],
  expected: { readonly height: number; readonly width: number; readonly channels: number },
): void {
  const wanted = [1, expected.height, expected.width, expected.channels];
  if (wanted.some((size, i) => size !== 0 && size !== shape[i])) {
    throw badModel(`its ${what} has the shape [${shape}], its manifest says [${wanted}]`);
  }
}

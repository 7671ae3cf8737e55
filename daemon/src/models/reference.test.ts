/** Raw outputs against TFLite's own, for all models that the folder `shared` beside the project holds. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { convertTflite, type Layout } from './convert/convert.js';
import { difference } from './convert/test-run.js';
import { Segmenter } from './segmenter.js';
import { readTflite } from './tflite/model.js';

env.logLevel = 'error';

/** TFLite's own kernels differ from each other by up to 1.9e-4. */
const TOLERANCE = 5e-4;

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const shared = process.env['BACKSCRUB_SHARED'] ?? join(repository, '..', 'shared');
const references = join(shared, 'reference');
const skip = existsSync(references) ? false : `${references} is not there`;
if (skip) console.log(`skipped: ${skip}`);

interface Meta {
  readonly file: string;
  readonly images: Readonly<Record<string, unknown>>;
}

function floats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function toPlanes(pixels: Float32Array, channels: number): Float32Array {
  const count = pixels.length / channels;
  return pixels.map((_, i) => pixels[(i % count) * channels + Math.floor(i / count)] ?? 0);
}

test('raw outputs are those of TFLite', { skip }, async (suite) => {
  const names = readdirSync(references);
  assert(names.length > 0);
  for (const name of names) {
    await suite.test(name, async (t) => {
      const meta = JSON.parse(readFileSync(join(references, name, 'meta.json'), 'utf8')) as Meta;
      const model = readTflite(readFileSync(join(shared, 'models', meta.file)));
      for (const inputLayout of ['NHWC', 'NCHW'] satisfies Layout[]) {
        const { onnx, input } = convertTflite(model, { inputLayout });
        const session = await InferenceSession.create(onnx, { intraOpNumThreads: 1, interOpNumThreads: 1 });
        const [n, h, w, c] = input;
        for (const image of Object.keys(meta.images)) {
          const pixels = floats(join(references, name, `${image}.input.bin`));
          const wanted = floats(join(references, name, `${image}.output.bin`));
          const tensor =
            inputLayout === 'NHWC'
              ? new Tensor('float32', pixels, [n, h, w, c])
              : new Tensor('float32', toPlanes(pixels, c), [n, c, h, w]);
          const { output } = await session.run({ input: tensor });
          const distance = difference(output?.data as Float32Array, wanted);
          t.diagnostic(`${name} ${image} ${inputLayout}: largest difference ${distance.toExponential(1)}`);
          assert(distance < TOLERANCE, `${image}: ${distance}`);
        }
        await session.release();
      }
    });
  }
});

/** What `Segmenter.input` must hold for the network to see these numbers. */
function fromNetwork(
  pixels: Float32Array,
  { scale, offset }: Segmenter['manifest']['input'],
  target: Float32Array,
) {
  const planes = toPlanes(pixels, 3);
  for (const [i, value] of planes.entries()) target[i] = (value - offset[0]) / (255 * scale[0]);
}

test('the segmenter gives the same raw outputs, and the probabilities that follow from them', {
  skip,
}, async (suite) => {
  for (const name of readdirSync(references)) {
    await suite.test(name, async (t) => {
      const meta = JSON.parse(readFileSync(join(references, name, 'meta.json'), 'utf8')) as Meta;
      const segmenter = await Segmenter.load(join(shared, 'models', meta.file), { raw: true });
      const { output, input } = segmenter.manifest;
      for (const image of Object.keys(meta.images)) {
        fromNetwork(floats(join(references, name, `${image}.input.bin`)), input, segmenter.input);
        const wanted = floats(join(references, name, `${image}.output.bin`));
        const map = await segmenter.run();
        const distance = difference(segmenter.raw ?? [], wanted);
        t.diagnostic(`${name} ${image}: largest difference ${distance.toExponential(1)}`);
        assert(distance < TOLERANCE, `${image}: ${distance}`);
        // Where the map is enlarged only its corners are values of the network.
        const enlarged = segmenter.mapWidth !== output.width;
        const corners = [0, map.length - 1];
        for (const i of enlarged ? corners : map.keys()) {
          const at = enlarged && i > 0 ? output.width * output.height - 1 : i;
          const expected = probability(
            wanted.subarray(at * output.channels, (at + 1) * output.channels),
            output,
          );
          assert(
            Math.abs((map[i] ?? Number.NaN) - expected) < TOLERANCE,
            `${image} ${i}: ${map[i]}, not ${expected}`,
          );
        }
      }
      await segmenter.close();
    });
  }
});

/** By the definitions of sigmoid and softmax. */
function probability(values: Float32Array, { kind, personIndex }: Segmenter['manifest']['output']): number {
  const value = values[personIndex] ?? Number.NaN;
  if (kind === 'probability') return value;
  if (kind === 'logits') return 1 / (1 + Math.exp(-value));
  return 1 / values.reduce((sum, other) => sum + Math.exp(other - value), 0);
}

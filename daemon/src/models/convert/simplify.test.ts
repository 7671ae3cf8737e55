import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTflite } from '../tflite/model.js';
import { OPTIONS } from '../tflite/schema.js';
import { int8, int32, type TestModel, writeTflite } from '../tflite/test-writer.js';
import { Conversion } from './conversion.js';
import { conv2d } from './convolution.js';
import { resizeBilinear } from './rearranging.js';
import { convolveBeforeEnlarging } from './simplify.js';
import { Step } from './step.js';
import { convolve, resize } from './test-reference.js';
import { difference, noise, run } from './test-run.js';

const filter = noise(2 * 3, 2);
const bias = noise(2, 3);

/** 3x4x3 -> enlarged to 6x8 or reduced to 2x2 -> convolution to two channels. */
function enlargedThenConvolved(height: number, width: number, kernel = 1): TestModel {
  const centres = [undefined, undefined, int8(0), int8(1)];
  return {
    tensors: [
      { shape: [1, 3, 4, 3] },
      { shape: [2], type: 2, data: Int32Array.of(height, width) },
      { shape: [1, height, width, 3] },
      { shape: [2, kernel, kernel, 3], data: kernel === 1 ? filter : noise(2 * 9 * 3) },
      { shape: [2], data: bias },
      { shape: [1, height, width, 2] },
    ],
    operators: [
      { code: 23, inputs: [0, 1], outputs: [2], optionsType: OPTIONS.RESIZE_BILINEAR, options: centres },
      {
        code: 3,
        inputs: [2, 3, 4],
        outputs: [5],
        optionsType: OPTIONS.CONV_2D,
        options: [int8(0), int32(1), int32(1)],
      },
    ],
    inputs: [0],
    outputs: [5],
  };
}

function order(model: TestModel, alsoRead = false): string[] {
  const tflite = readTflite(writeTflite(model));
  const conversion = new Conversion(tflite);
  conversion.define(0, 'input', [1, 3, 4, 3]);
  for (const [i, operator] of tflite.operators.entries()) {
    (operator.name === 'CONV_2D' ? conv2d : resizeBilinear)(new Step(conversion, operator, i));
  }
  if (alsoRead) conversion.emit('Relu', [conversion.value(2)?.name ?? '']);
  return convolveBeforeEnlarging(conversion).map((node) => node.operator);
}

test('a pointwise convolution is moved before the enlargement it reads', async () => {
  const model = enlargedThenConvolved(6, 8);
  assert.deepEqual(order(model), ['Conv', 'Resize']);
  const data = noise(36);
  const large = resize({ height: 3, width: 4, channels: 3, data }, 6, 8, 'half');
  const wanted = convolve(large, filter, bias, [1, 1], { same: true, stride: [1, 1] });
  assert(difference(await run(model, data), wanted.data) < 1e-5);
});

test('it stays where moving would be wrong or of no use', () => {
  assert.deepEqual(order(enlargedThenConvolved(6, 8, 3)), ['Resize', 'Conv']);
  assert.deepEqual(order(enlargedThenConvolved(2, 2)), ['Resize', 'Conv']);
  assert.deepEqual(order(enlargedThenConvolved(6, 8), true), ['Resize', 'Conv', 'Relu']);
});

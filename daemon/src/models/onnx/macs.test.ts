/** Small networks whose multiplications are counted by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '../manifest-file.js';
import { loadRuntime } from '../runtime.js';
import { readOnnxFile } from './file.js';
import { countOnnxMacs } from './macs.js';
import { node, type TestOnnx, writeTestOnnx } from './test-model.js';
import { wrapOnnx } from './wrap.js';

const MANIFEST = {
  input: { width: 32, height: 16, layout: 'NCHW' },
  output: { kind: 'probability', width: 32, height: 16 },
};

async function macs(model: TestOnnx, manifest: object = MANIFEST): Promise<number | undefined> {
  const file = readOnnxFile(writeTestOnnx(model));
  const wrapped = wrapOnnx(file, readManifest(JSON.stringify(manifest), 'test'));
  return countOnnxMacs(file, wrapped, [1, 3, 16, 32], await loadRuntime());
}

const weights = (name: string, ...shape: number[]) => ({
  name,
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const MEAN = (input: string) => node('ReduceMean', [input], ['y'], { axes: [1], keepdims: 1 });

test('convolutions, plain, depthwise, with a stride, and transposed', async () => {
  const model: TestOnnx = {
    nodes: [
      node('Conv', ['x', 'w'], ['a'], { pads: [1, 1, 1, 1] }),
      node('Conv', ['a', 'd'], ['b'], { pads: [1, 1, 1, 1], group: 4, strides: [2, 2] }),
      node('ConvTranspose', ['b', 't'], ['c'], { strides: [2, 2] }),
      MEAN('c'),
    ],
    constants: [weights('w', 4, 3, 3, 3), weights('d', 4, 1, 3, 3), weights('t', 4, 2, 2, 2)],
  };
  const plain = 4 * 16 * 32 * 3 * 9;
  const depthwise = 4 * 8 * 16 * 9;
  const transposed = 4 * 8 * 16 * 2 * 4;
  assert.equal(await macs(model), plain + depthwise + transposed);
});

test('matrix products, also of weights that are computed', async () => {
  const model: TestOnnx = {
    nodes: [
      node('Add', ['w', 'w'], ['v']),
      node('MatMul', ['x', 'v'], ['a']),
      node('Reshape', ['a', 'rows'], ['b']),
      node('Gemm', ['b', 'g'], ['c'], { transB: 1 }),
      node('Reshape', ['c', 'picture'], ['d']),
      MEAN('d'),
    ],
    constants: [
      weights('w', 32, 32),
      weights('g', 32, 32),
      { name: 'rows', shape: [2], data: BigInt64Array.of(48n, 32n) },
      { name: 'picture', shape: [4], data: BigInt64Array.of(1n, 3n, 16n, 32n) },
    ],
  };
  assert.equal(await macs(model), 3 * 16 * 32 * 32 + 48 * 32 * 32);
});

test('sizes that the file leaves open, and states', async () => {
  const model: TestOnnx = {
    inputs: [
      { name: 'x', shape: ['batch', 3, 'height', 'width'] },
      { name: 's', shape: [1, 1, 'height', 'width'] },
    ],
    outputs: [
      { name: 'y', shape: [1, 1, 'height', 'width'] },
      { name: 't', shape: [1, 1, 'height', 'width'] },
    ],
    nodes: [node('Conv', ['x', 'w'], ['a']), node('Add', ['a', 's'], ['t']), node('Identity', ['t'], ['y'])],
    constants: [weights('w', 1, 3, 1, 1)],
  };
  const states = [{ input: 's', output: 't', shape: [1, 1, 16, 32] }];
  assert.equal(await macs(model, { ...MANIFEST, states }), 16 * 32 * 3);
});

test('nothing to multiply is 0; what cannot be counted is not told', async () => {
  assert.equal(await macs({}), 0);
  const recurrent = node('GRU', ['m', 'm', 'm'], ['g'], { hidden_size: 1 });
  assert.equal(await macs({ nodes: [MEAN('x'), node('Identity', ['y'], ['m']), recurrent] }), undefined);
  // It does not run: the kernel has other channels.
  const wrong = { nodes: [node('Conv', ['x', 'w'], ['y'])], constants: [weights('w', 1, 5, 1, 1)] };
  assert.equal(await macs(wrong), undefined);
});

/** Small networks inside the graph that feeds them and reads them, run by onnxruntime; expected values by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { BackscrubError } from '../../shared/errors.js';
import type { ModelManifest } from '../manifest.js';
import { readManifest } from '../manifest-file.js';
import { readOnnxFile } from './file.js';
import { node, type TestOnnx, writeTestOnnx } from './test-model.js';
import { wrapOnnx } from './wrap.js';

const WIDTH = 32;
const HEIGHT = 16;

interface Changes {
  readonly input?: object;
  readonly output?: object;
  readonly [field: string]: unknown;
}

function manifest({ input, output, ...rest }: Changes = {}): ModelManifest {
  const whole = {
    input: { width: WIDTH, height: HEIGHT, layout: 'NCHW', ...input },
    output: { kind: 'probability', ...output },
    ...rest,
  };
  return readManifest(JSON.stringify(whole), 'test');
}

function wrap(model: TestOnnx, changes?: Changes) {
  return wrapOnnx(readOnnxFile(writeTestOnnx(model)), manifest(changes));
}

/** Runs on a picture of one colour, 0 to 1. */
async function map(model: TestOnnx, changes?: Changes, [r, g, b] = [0.25, 0.5, 1]): Promise<Float32Array> {
  const wrapped = wrap(model, changes);
  const session = await InferenceSession.create(wrapped.onnx, { logSeverityLevel: 3 });
  const size = WIDTH * HEIGHT;
  const data = new Float32Array(3 * size)
    .fill(r ?? 0, 0, size)
    .fill(g ?? 0, size, 2 * size)
    .fill(b ?? 0, 2 * size);
  const result = await session.run({ 'backscrub:input': new Tensor('float32', data, [1, 3, HEIGHT, WIDTH]) });
  await session.release();
  const output = result['backscrub:map'];
  assert.deepEqual(output?.dims, [1, 1, wrapped.mapHeight, wrapped.mapWidth]);
  return output?.data as Float32Array;
}

function close(actual: number | undefined, expected: number, tolerance = 1e-6): void {
  assert(actual !== undefined && Math.abs(actual - expected) < tolerance, `${actual} instead of ${expected}`);
}

function refused(model: TestOnnx, changes: Changes | undefined, reason: RegExp): void {
  assert.throws(
    () => wrap(model, changes),
    (error) => error instanceof BackscrubError && error.code === 'BadModel' && reason.test(error.message),
  );
}

/** Gives one channel of its input. */
const pick = (channel: number): TestOnnx => ({
  nodes: [node('Gather', ['x', 'i'], ['y'], { axis: 1 })],
  constants: [{ name: 'i', shape: [1], data: BigInt64Array.of(BigInt(channel)) }],
});

test('a planar RGB picture reaches the network as it is', async () => {
  for (const [channel, value] of [0.25, 0.5, 1].entries()) {
    const result = await map(pick(channel));
    close(result[0], value);
    close(result.at(-1), value);
  }
});

test('BGR: the first channel is blue', async () =>
  close((await map(pick(0), { input: { order: 'BGR' } }))[5], 1));

test('scale and offset are of bytes, mean and std of 0..1', async () => {
  close((await map(pick(1), { input: { scale: 1 / 127.5, offset: -1 } }))[0], 0);
  close((await map(pick(2), { input: { scale: 1, offset: 0 } }))[0], 255, 1e-4);
  const input = { mean: [0.1, 0.2, 0.3], std: [0.5, 0.25, 0.7] };
  close((await map(pick(0), { input }))[0], 0.3);
  close((await map(pick(1), { input }))[0], 1.2);
  close((await map(pick(2), { input }))[0], 1);
  // With BGR the numbers still belong to R, G, B.
  close((await map(pick(2), { input: { ...input, order: 'BGR' } }))[0], 0.3);
});

test('NHWC in and out', async () => {
  const shape = [1, HEIGHT, WIDTH, 3];
  const model: TestOnnx = {
    inputs: [{ name: 'x', shape }],
    outputs: [{ name: 'y', shape }],
    nodes: [node('Identity', ['x'], ['y'])],
  };
  const changes = { input: { layout: 'NHWC' }, output: { channels: 3, personIndex: 1 } };
  close((await map(model, changes))[7], 0.5);
});

test('logits become probabilities by a sigmoid', async () => {
  close(
    (await map(pick(0), { input: { scale: 1 / 255, offset: -0.25 }, output: { kind: 'logits' } }))[0],
    0.5,
  );
  close((await map(pick(2), { output: { kind: 'logits' } }))[0], 1 / (1 + Math.exp(-1)));
});

/** Two or three channels of the input as scores. */
const scores = (channels: number): TestOnnx => ({
  outputs: [{ name: 'y', shape: [1, channels, HEIGHT, WIDTH] }],
  nodes: [node('Gather', ['x', 'i'], ['y'], { axis: 1 })],
  constants: [
    { name: 'i', shape: [channels], data: BigInt64Array.from({ length: channels }, (_, i) => BigInt(i)) },
  ],
});

test('two logits become probabilities by a softmax over both', async () => {
  const output = { kind: 'two-class-logits' };
  close((await map(scores(2), { output }))[3], Math.exp(0.5) / (Math.exp(0.5) + Math.exp(0.25)));
  const first = await map(scores(2), { output: { ...output, personIndex: 0 } });
  close(first[3], Math.exp(0.25) / (Math.exp(0.5) + Math.exp(0.25)));
});

test('class scores become the probability of one class by a softmax, in old and new operator sets', async () => {
  const sum = Math.exp(0.25) + Math.exp(0.5) + Math.exp(1);
  for (const opset of [11, 13, 17, 18]) {
    const output = { kind: 'class-scores', channels: 3, personIndex: 2 };
    close((await map({ ...scores(3), opset }, { output }))[3], Math.exp(1) / sum);
  }
});

test('a coarse map is enlarged where its values lie', async () => {
  // A row of 4 columns, 0 in the first and 1 in the last, of a network that ignores its input.
  const model: TestOnnx = {
    outputs: [{ name: 'y', shape: [1, 1, 2, 4] }],
    nodes: [node('Identity', ['k'], ['y'])],
    constants: [{ name: 'k', shape: [1, 1, 2, 4], data: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1) }],
  };
  const corners = await map(model, { output: { align: 'corners' } });
  close(corners[31], 1);
  close(corners[30], 1 - 3 / 31, 1e-5);
  const centers = await map(model);
  // The last value's middle is at 28 of 32: a pixel before it, less.
  close(centers[31], 1);
  close(centers[27], (27.5 - 20) / 8, 1e-5);
});

test('sizes that the file leaves open come from the manifest', async () => {
  const model: TestOnnx = {
    ...pick(1),
    inputs: [{ name: 'x', shape: ['n', 3, 'h', 'w'] }],
    outputs: [{ name: 'y', shape: ['n', 1, 'h', 'w'] }],
  };
  refused(
    model,
    undefined,
    /output y has no fixed size \(\[\?,1,\?,\?\]\); say output\.width and output\.height/,
  );
  close((await map(model, { output: { width: WIDTH, height: HEIGHT } }))[9], 0.5);
});

test('float16 networks get and give float16', async () => {
  const model: TestOnnx = {
    ...pick(1),
    inputs: [{ name: 'x', shape: [1, 3, HEIGHT, WIDTH], type: 10 }],
    outputs: [{ name: 'y', shape: [1, 1, HEIGHT, WIDTH], type: 10 }],
  };
  close((await map(model))[0], 0.5);
});

test('what does not fit is refused by name', () => {
  const two = [
    { name: 'x', shape: [1, 3, HEIGHT, WIDTH] },
    { name: 'ratio', shape: [1] },
  ];
  refused({ ...pick(0), inputs: two }, undefined, /2 inputs \(x, ratio\); one picture/);
  refused(
    { ...pick(0), inputs: [{ name: 'x', shape: [1, 3, 8, 8] }] },
    undefined,
    /input x has the shape \[1,3,8,8\]/,
  );
  refused(
    { ...pick(0), inputs: [{ name: 'x', shape: [1, 3, 16, 32], type: 7 }] },
    undefined,
    /element type int64/,
  );
  refused({ ...pick(0), inputs: [], nodes: [node('Identity', ['i'], ['y'])] }, undefined, /no input/);
  refused(
    { ...pick(0), outputs: [{ name: 'y', shape: [1, 10] }] },
    undefined,
    /shape \[1,1,1,10\], which is no map/,
  );
  refused({ ...pick(0), outputs: [{ name: 'y', shape: [1, 1, 9000, 9000] }] }, undefined, /too large/);
  refused(pick(0), { output: { name: 'z' } }, /no output called z/);
  refused(pick(0), { input: { name: 'z' } }, /no input called z/);
  refused(pick(0), { constants: { q: 1 } }, /input q, which it does not have/);
  refused(pick(0), { states: [{ input: 'a', output: 'b' }] }, /no input called a/);
});

test('constant inputs get their numbers', async () => {
  const model: TestOnnx = {
    inputs: [
      { name: 'x', shape: [1, 3, HEIGHT, WIDTH] },
      { name: 'ratio', shape: [1] },
    ],
    nodes: [node('ReduceMean', ['x'], ['m'], { axes: [1], keepdims: 1 }), node('Mul', ['m', 'ratio'], ['y'])],
  };
  close((await map(model, { constants: { ratio: 0.5 } }, [0.4, 0.4, 0.4]))[0], 0.2);
});

/**
 * Damaged model files: whatever happens to the bytes, reading, checking and converting either succeed or end in a
 * BackscrubError, soon and without much memory. No session is made. The small files reach every part of the readers; the
 * built-in models show that real structure does not matter.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import type { ModelManifest } from './manifest.js';
import { readManifest } from './manifest-file.js';
import { node, writeTestOnnx } from './onnx/test-model.js';
import { prepareModel } from './prepare.js';
import { builtinManifests, resolveModel } from './registry.js';
import { readTflite } from './tflite/model.js';
import { OPTIONS } from './tflite/schema.js';
import { int8, int32, type TestModel, writeTflite } from './tflite/test-writer.js';

const SEED = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 20250131);
const MUTATIONS = Number(process.env['BACKSCRUB_FUZZ_COUNT'] ?? 10_000);

/** mulberry32: whole numbers below a limit. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const EXTREMES = [
  0, 1, 2, 4, 127, 255, 256, 32767, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff,
];

/**
 * The bytes of a model that are not weights: only there can a reader go wrong, and they are few among many. Found as the
 * places outside all constants.
 */
function structure(bytes: Uint8Array): Uint32Array {
  const weights = new Uint8Array(bytes.length);
  for (const { data } of readTflite(bytes).tensors) {
    if (data)
      weights.fill(1, data.byteOffset - bytes.byteOffset, data.byteOffset - bytes.byteOffset + data.length);
  }
  return Uint32Array.from(weights.keys()).filter((i) => weights[i] === 0);
}

function mutate(original: Uint8Array, places: Uint32Array, random: (limit: number) => number): Uint8Array {
  const bytes = Uint8Array.from(original);
  const view = new DataView(bytes.buffer);
  for (let count = 1 + random(4); count > 0; count--) {
    const place = places[random(places.length)] ?? 0;
    const word = Math.min(place & ~3, bytes.length - 4);
    switch (random(6)) {
      case 0:
        bytes[place] = random(256);
        break;
      case 1:
        bytes[place] = (bytes[place] ?? 0) ^ (1 << random(8));
        break;
      case 2:
        view.setUint32(word, EXTREMES[random(EXTREMES.length)] ?? 0, true);
        break;
      case 3:
        view.setUint32(word, view.getUint32(word, true) + random(65) - 32, true);
        break;
      case 4: {
        const from = places[random(places.length)] ?? 0;
        bytes.copyWithin(place, from, from + random(64));
        break;
      }
      default:
        if (random(8) === 0) return bytes.subarray(0, random(bytes.length));
        view.setUint16(Math.min(place & ~1, bytes.length - 2), random(65536), true);
    }
  }
  return bytes;
}

/** @returns how many were refused */
function survive(
  original: Uint8Array,
  places: Uint32Array,
  manifest: ModelManifest,
  format: 'tflite' | 'onnx',
  count: number,
): number {
  const random = generator(SEED);
  let refused = 0;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const bytes = mutate(original, places, random);
    try {
      largest = Math.max(largest, prepareModel({ manifest, bytes, format }).onnx.length);
    } catch (error) {
      const known =
        error instanceof BackscrubError && error.code === 'BadModel' && error.message.length < 2000;
      assert(known, `mutation ${i} of seed ${SEED}: ${error instanceof Error ? error.stack : error}`);
      refused++;
    }
  }
  assert(largest < 16 * original.length + 65536, `${largest} bytes were made of ${original.length}`);
  return refused;
}

for (const manifest of builtinManifests()) {
  const count = Math.ceil(MUTATIONS / 20);
  test(`${count} mutations of ${manifest.name}`, async (t) => {
    const { bytes } = await resolveModel(manifest.name);
    const refused = survive(bytes, structure(bytes), manifest, 'tflite', count);
    t.diagnostic(`${refused} refused`);
    // If hardly anything is refused, the mutations do not reach the structure.
    assert(refused > count / 4, `${refused} refused`);
  });
}

const SIZE = { width: 16, height: 16 };

/** A network with most kinds of operators, options, constants and types. */
const SMALL_TFLITE: TestModel = {
  tensors: [
    { shape: [1, 16, 16, 3] },
    { shape: [4, 3, 3, 3], data: new Float32Array(108).fill(0.1) },
    { shape: [4], data: new Float32Array(4) },
    { shape: [1, 8, 8, 4] },
    { shape: [1, 3, 3, 4], data: new Float32Array(36).fill(0.1) },
    { shape: [1, 8, 8, 4] },
    { shape: [1, 8, 8, 4] },
    { shape: [2], type: 2, data: Int32Array.of(16, 16) },
    { shape: [1, 16, 16, 4] },
    { shape: [1, 1, 1, 4], type: 1, data: new Uint16Array(4).fill(0x3c00) },
    { shape: [1, 1, 1, 4] },
    { shape: [1], data: new Float32Array(1) },
    { shape: [1, 16, 16, 1] },
    { shape: [1, 16, 16, 1] },
  ],
  operators: [
    { code: 6, inputs: [9], outputs: [10] },
    {
      code: 3,
      inputs: [0, 1, 2],
      outputs: [3],
      optionsType: OPTIONS.CONV_2D,
      options: [int8(0), int32(2), int32(2), int8(1)],
    },
    {
      code: 4,
      inputs: [3, 4, 2],
      outputs: [5],
      optionsType: OPTIONS.DEPTHWISE_CONV_2D,
      options: [int8(0), int32(1), int32(1), int32(1), int8(3)],
    },
    { code: 0, inputs: [3, 5], outputs: [6], optionsType: OPTIONS.ADD, options: [int8(0)] },
    { code: 23, inputs: [6, 7], outputs: [8], optionsType: OPTIONS.RESIZE_BILINEAR, options: [] },
    {
      code: 3,
      inputs: [8, 10, 11],
      outputs: [12],
      optionsType: OPTIONS.CONV_2D,
      options: [int8(1), int32(1), int32(1)],
    },
    { code: 14, inputs: [12], outputs: [13] },
  ],
  inputs: [0],
  outputs: [13],
};

const manifestFor = (layout: string) =>
  readManifest(JSON.stringify({ input: { ...SIZE, layout }, output: { kind: 'probability' } }), 'small');

test(`${MUTATIONS} mutations of a small .tflite file`, (t) => {
  const bytes = writeTflite(SMALL_TFLITE);
  const manifest = manifestFor('NHWC');
  assert.deepEqual(prepareModel({ manifest, bytes, format: 'tflite' }).outputShape, [1, 16, 16, 1]);
  const refused = survive(bytes, structure(bytes), manifest, 'tflite', MUTATIONS);
  t.diagnostic(`${refused} refused`);
  assert(refused > MUTATIONS / 4 && refused < MUTATIONS, `${refused} refused`);
});

test(`${MUTATIONS} mutations of a small .onnx file`, (t) => {
  const bytes = writeTestOnnx({
    inputs: [{ name: 'x', shape: ['n', 3, 16, 16] }],
    outputs: [{ name: 'y', shape: [1, 1, 16, 16] }],
    nodes: [
      node('Conv', ['x', 'w', 'b'], ['c'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      node('LeakyRelu', ['c'], ['r'], { alpha: { float: 0.1 } }),
      node('Resize', ['r', '', '', 's'], ['e'], { mode: 'linear' }),
      node('ReduceMean', ['e'], ['m'], { axes: [1], keepdims: 1 }),
      node('Sigmoid', ['m'], ['y']),
    ],
    constants: [
      { name: 'w', shape: [2, 3, 3, 3], data: new Float32Array(54) },
      { name: 'b', shape: [2], data: new Float32Array(2) },
      { name: 's', shape: [4], data: BigInt64Array.of(1n, 2n, 16n, 16n) },
    ],
  });
  const manifest = manifestFor('NCHW');
  assert.deepEqual(prepareModel({ manifest, bytes, format: 'onnx' }).outputShape, [1, 1, 16, 16]);
  const refused = survive(bytes, Uint32Array.from(bytes.keys()), manifest, 'onnx', MUTATIONS);
  t.diagnostic(`${refused} refused`);
  assert(refused > MUTATIONS / 4 && refused < MUTATIONS, `${refused} refused`);
});

/**
 * Damaged model files: whatever happens to the bytes, reader and converter either succeed or throw a BackscrubError,
 * soon and without much memory. No session is made.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import { convertTflite } from './convert/convert.js';
import { listModels, resolveModel } from './registry.js';
import { readTflite } from './tflite/model.js';

const SEED = Number(process.env['BACKSCRUB_FUZZ_SEED'] ?? 20250131);
const MUTATIONS = Number(process.env['BACKSCRUB_FUZZ_COUNT'] ?? 1500);

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
      case 4:
        bytes.copyWithin(
          place,
          places[random(places.length)] ?? 0,
          (places[random(places.length)] ?? 0) + random(64),
        );
        break;
      default:
        if (random(8) === 0) return bytes.subarray(0, random(bytes.length));
        view.setUint16(place & ~1, random(65536), true);
    }
  }
  return bytes;
}

for (const { name } of listModels()) {
  test(`${MUTATIONS} mutations of ${name}`, async (t) => {
    const { bytes } = await resolveModel(name);
    const places = structure(bytes);
    const random = generator(SEED);
    let refused = 0;
    for (let i = 0; i < MUTATIONS; i++) {
      const mutant = mutate(bytes, places, random);
      try {
        const { onnx } = convertTflite(readTflite(mutant), { inputLayout: 'NCHW' });
        assert(onnx.length < 16 * bytes.length);
      } catch (error) {
        const known =
          error instanceof BackscrubError && error.code === 'BadModel' && error.message.length < 2000;
        assert(known, `mutation ${i} of seed ${SEED}: ${error instanceof Error ? error.stack : error}`);
        refused++;
      }
    }
    t.diagnostic(`${refused} refused`);
    // If hardly anything is refused, the mutations do not reach the structure.
    assert(refused > MUTATIONS / 4, `${refused} refused`);
  });
}

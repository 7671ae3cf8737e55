import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS } from '../tflite/schema.js';
import { type Fields, int8, int32 } from '../tflite/test-writer.js';
import { convolve, type Picture, scatter, type Windowing } from './test-reference.js';
import { convert, difference, noise, run, single } from './test-run.js';

const CONV_2D = 3;
const DEPTHWISE_CONV_2D = 4;
const FULLY_CONNECTED = 9;

interface Case extends Windowing {
  readonly size: readonly [height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number];
  readonly outChannels: number;
}

function convOptions({ same, stride, dilation = [1, 1] }: Windowing, activation: number): Fields {
  return [
    int8(same ? 0 : 1),
    int32(stride[1]),
    int32(stride[0]),
    int8(activation),
    int32(dilation[1]),
    int32(dilation[0]),
  ];
}

async function check(one: Case, depthwise: boolean, activation = 0, apply = (x: number) => x): Promise<void> {
  const { size, kernel, outChannels } = one;
  const [height, width, channels] = size;
  const filterShape = depthwise ? [1, ...kernel, outChannels] : [outChannels, ...kernel, channels];
  const data = noise(height * width * channels);
  const filter = noise(
    filterShape.reduce((a, b) => a * b),
    2,
  );
  const bias = noise(outChannels, 3);
  const picture: Picture = { height, width, channels, data };
  const wanted = convolve(picture, filter, bias, kernel, one, depthwise);
  const plain = convOptions(one, activation);
  const options = depthwise
    ? [...plain.slice(0, 3), int32(outChannels / channels), ...plain.slice(3)]
    : plain;
  const model = single(
    [1, height, width, channels],
    {
      code: depthwise ? DEPTHWISE_CONV_2D : CONV_2D,
      optionsType: depthwise ? OPTIONS.DEPTHWISE_CONV_2D : OPTIONS.CONV_2D,
      options,
    },
    [
      { shape: filterShape, data: filter },
      { shape: [outChannels], data: bias },
    ],
    [1, wanted.height, wanted.width, outChannels],
  );
  const got = await run(model, data);
  assert(difference(got, Array.from(wanted.data, apply)) < 1e-5, JSON.stringify(one));
}

test('CONV_2D by hand: SAME with an even rest pads one more at the end', async () => {
  // 2x2 ones over a 1x4 row 1 2 3 4, stride 3: total padding 1 in width (0 before, 1 after), 1 in height.
  const model = single(
    [1, 1, 4, 1],
    { code: CONV_2D, optionsType: OPTIONS.CONV_2D, options: convOptions({ same: true, stride: [1, 3] }, 0) },
    [
      { shape: [1, 2, 2, 1], data: Float32Array.of(1, 1, 1, 1) },
      { shape: [1], data: Float32Array.of(10) },
    ],
    [1, 1, 2, 1],
  );
  assert.deepEqual(await run(model, Float32Array.of(1, 2, 3, 4)), [13, 14]);
});

test('CONV_2D against loops', async () => {
  await check({ size: [9, 7, 3], kernel: [3, 3], outChannels: 5, same: true, stride: [2, 2] }, false);
  await check({ size: [8, 10, 3], kernel: [3, 3], outChannels: 4, same: true, stride: [2, 2] }, false);
  await check({ size: [9, 8, 2], kernel: [3, 2], outChannels: 3, same: false, stride: [1, 3] }, false);
  await check({ size: [6, 5, 4], kernel: [1, 1], outChannels: 6, same: true, stride: [1, 1] }, false);
  await check(
    { size: [11, 13, 2], kernel: [3, 2], outChannels: 3, same: true, stride: [1, 1], dilation: [2, 3] },
    false,
  );
});

test('DEPTHWISE_CONV_2D against loops: strides, dilation, depth multiplier', async () => {
  await check({ size: [9, 8, 6], kernel: [5, 3], outChannels: 6, same: true, stride: [2, 1] }, true);
  await check({ size: [7, 7, 3], kernel: [3, 3], outChannels: 6, same: false, stride: [1, 1] }, true);
  await check(
    { size: [12, 11, 4], kernel: [3, 3], outChannels: 4, same: true, stride: [1, 1], dilation: [4, 2] },
    true,
  );
});

test('fused activations', async () => {
  const one: Case = { size: [5, 5, 3], kernel: [3, 3], outChannels: 4, same: true, stride: [1, 1] };
  await check(one, false, 1, (x) => Math.max(x, 0));
  await check(one, false, 2, (x) => Math.min(Math.max(x, -1), 1));
  const three: Case = { ...one, outChannels: 3 };
  await check(three, true, 3, (x) => Math.min(Math.max(x, 0), 6));
  await check(three, true, 4, Math.tanh);
});

test('a filter stored as FLOAT16 is widened first', async () => {
  const model = {
    tensors: [
      { shape: [1, 1, 1, 2] },
      { shape: [1, 1, 1, 2], type: 1, data: Uint16Array.of(0x3c00, 0xc100) },
      { shape: [1, 1, 1, 2] },
      { shape: [1, 1, 1, 1] },
    ],
    operators: [
      { code: 6, inputs: [1], outputs: [2] },
      {
        code: CONV_2D,
        inputs: [0, 2],
        outputs: [3],
        optionsType: OPTIONS.CONV_2D,
        options: convOptions({ same: true, stride: [1, 1] }, 0),
      },
    ],
    inputs: [0],
    outputs: [3],
  };
  assert.deepEqual(await run(model, Float32Array.of(3, 4)), [3 * 1 + 4 * -2.5]);
  const half = { ...model, operators: model.operators.slice(1), inputs: [0] };
  assert.throws(
    () => convert({ ...half, operators: half.operators.map((one) => ({ ...one, inputs: [0, 1] })) }),
    {
      code: 'BadModel',
      message: /constant t1 has type FLOAT16/,
    },
  );
});

test('FULLY_CONNECTED on one pixel', async () => {
  const weights = { shape: [2, 3], data: Float32Array.of(1, 2, 3, -1, 0, 1) };
  const bias = { shape: [2], data: Float32Array.of(0.5, -4) };
  const make = (keep: number, output: readonly number[]) => {
    const options = [int8(1), int8(0), int8(keep)];
    const operator = { code: FULLY_CONNECTED, optionsType: OPTIONS.FULLY_CONNECTED, options };
    return single([1, 1, 1, 3], operator, [weights, bias], output);
  };
  assert.deepEqual(await run(make(1, [1, 1, 1, 2]), Float32Array.of(1, 1, 2)), [9.5, 0]);
  assert.throws(() => convert(make(0, [1, 1, 1, 2])), {
    code: 'BadModel',
    message: /declared as \[1,1,1,2\]/,
  });
  assert.throws(
    () =>
      convert({
        ...make(1, [1, 1, 1, 2]),
        tensors: [{ shape: [1, 2, 1, 3] }, weights, bias, { shape: [1, 1, 1, 2] }],
      }),
    {
      code: 'BadModel',
      message: /FULLY_CONNECTED.*one pixel/,
    },
  );
});

function transposeConv(kernel: readonly [number, number], stride: number, padding = 1) {
  const [height, width, channels, outChannels] = [4, 3, 5, 2];
  const data = noise(height * width * channels);
  const filter = noise(outChannels * kernel[0] * kernel[1] * channels, 2);
  const bias = noise(outChannels, 3);
  const wanted = scatter({ height, width, channels, data }, filter, bias, kernel, stride);
  const model = single(
    [1, height, width, channels],
    {
      code: 'Convolution2DTransposeBias',
      customOptions: new Uint8Array(Int32Array.of(padding, stride, stride).buffer),
    },
    [
      { shape: [outChannels, ...kernel, channels], data: filter },
      { shape: [outChannels], data: bias },
    ],
    [1, wanted.height, wanted.width, outChannels],
  );
  return { model, data, wanted };
}

test('Convolution2DTransposeBias by hand', async () => {
  // Each pixel becomes a 2x2 block of itself times the filter.
  const model = single(
    [1, 1, 2, 1],
    { code: 'Convolution2DTransposeBias', customOptions: new Uint8Array(Int32Array.of(1, 2, 2).buffer) },
    [
      { shape: [1, 2, 2, 1], data: Float32Array.of(1, 2, 3, 4) },
      { shape: [1], data: Float32Array.of(100) },
    ],
    [1, 2, 4, 1],
  );
  assert.deepEqual(await run(model, Float32Array.of(1, 10)), [101, 102, 110, 120, 103, 104, 130, 140]);
});

test('Convolution2DTransposeBias against loops', async () => {
  for (const [kernel, stride] of [
    [[2, 2], 2],
    [[3, 4], 2],
    [[3, 3], 1],
    [[5, 3], 3],
  ] as const) {
    const { model, data, wanted } = transposeConv(kernel, stride);
    assert(difference(await run(model, data), wanted.data) < 1e-5, `${kernel} ${stride}`);
  }
  assert.throws(() => convert(transposeConv([2, 2], 2, 2).model), { code: 'BadModel', message: /padding 2/ });
  assert.throws(() => convert(transposeConv([2, 2], 3).model), {
    code: 'BadModel',
    message: /larger than its filter/,
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS } from '../tflite/schema.js';
import { int8, int32, type TestModel } from '../tflite/test-writer.js';
import { averagePool, type Centres, resize } from './test-reference.js';
import { convert, difference, noise, run, single } from './test-run.js';

const near = (got: readonly number[], wanted: ArrayLike<number>) =>
  assert(difference(got, wanted) < 1e-5, `${got.slice(0, 8)} instead of ${Array.from(wanted).slice(0, 8)}`);

test('activations', async () => {
  const x = [-4, -3, -1.5, 0, 0.75, 2, 3, 7];
  const cases: readonly [number, (value: number) => number][] = [
    [19, (value) => Math.max(value, 0)],
    [21, (value) => Math.min(Math.max(value, 0), 6)],
    [14, (value) => 1 / (1 + Math.exp(-value))],
    [117, (value) => (value * Math.min(Math.max(value + 3, 0), 6)) / 6],
  ];
  for (const [code, apply] of cases) {
    near(await run(single([1, 2, 2, 2], { code }, [], [1, 2, 2, 2]), Float32Array.from(x)), x.map(apply));
  }
});

test('ADD and MUL broadcast constants of fewer dimensions over the channels', async () => {
  const x = Float32Array.of(1, 2, 3, 4, 5, 6);
  const constant = { shape: [3], data: Float32Array.of(10, 20, 30) };
  const add = single(
    [1, 1, 2, 3],
    { code: 0, optionsType: OPTIONS.ADD, options: [int8(0)] },
    [constant],
    [1, 1, 2, 3],
  );
  assert.deepEqual(await run(add, x), [11, 22, 33, 14, 25, 36]);
  const mul = single(
    [1, 1, 2, 3],
    { code: 18, optionsType: OPTIONS.MUL, options: [int8(3)] },
    [constant],
    [1, 1, 2, 3],
  );
  assert.deepEqual(await run(mul, Float32Array.of(-1, 0.1, 0.2, 0.5, 1, 0)), [0, 2, 6, 5, 6, 0]);
  const perPixel = { shape: [2, 1], data: Float32Array.of(1, 100) };
  const rows = single([1, 1, 2, 3], { code: 18 }, [perPixel], [1, 1, 2, 3]);
  assert.deepEqual(await run(rows, x), [1, 2, 3, 400, 500, 600]);
  const misfit = { shape: [2], data: Float32Array.of(1, 2) };
  assert.throws(() => convert(single([1, 1, 2, 3], { code: 0 }, [misfit], [1, 1, 2, 3])), {
    code: 'BadModel',
    message: /operator 0 \(ADD\): the shapes .* do not fit/,
  });
});

/** x -> mean -> x * mean, the squeeze and excitation of these networks. */
function gated(pool: TestModel['operators'][number]): TestModel {
  return {
    tensors: [
      { shape: [1, 2, 2, 3] },
      { shape: [2], type: 2, data: Int32Array.of(1, -2) },
      { shape: [1, 1, 1, 3] },
      { shape: [1, 2, 2, 3] },
    ],
    operators: [pool, { code: 18, inputs: [0, 2], outputs: [3] }],
    inputs: [0],
    outputs: [3],
  };
}

test('global means by AVERAGE_POOL_2D and MEAN, multiplied by the picture', async () => {
  const x = Float32Array.of(1, 2, 3, 3, 2, 1, 5, 2, 2, 7, 2, 2);
  const wanted = [4, 4, 6, 12, 4, 2, 20, 4, 4, 28, 4, 4];
  const windows = [int8(1), int32(1), int32(1), int32(2), int32(2)];
  near(
    await run(
      gated({ code: 1, inputs: [0], outputs: [2], optionsType: OPTIONS.POOL_2D, options: windows }),
      x,
    ),
    wanted,
  );
  const mean = { code: 40, inputs: [0, 1], outputs: [2], optionsType: OPTIONS.REDUCER, options: [int8(1)] };
  near(await run(gated(mean), x), wanted);
  assert.throws(() => convert(gated({ ...mean, options: [int8(0)] })), {
    code: 'BadModel',
    message: /t2 is declared/,
  });
});

test('AVERAGE_POOL_2D against loops', async () => {
  const picture = { height: 5, width: 6, channels: 2, data: noise(60) };
  for (const same of [true, false]) {
    const wanted = averagePool(picture, [3, 2], { same, stride: [2, 1] });
    const options = [int8(same ? 0 : 1), int32(1), int32(2), int32(2), int32(3)];
    const model = single(
      [1, 5, 6, 2],
      { code: 1, optionsType: OPTIONS.POOL_2D, options },
      [],
      [1, wanted.height, wanted.width, 2],
    );
    near(await run(model, picture.data), wanted.data);
  }
});

function resizing(
  [height, width]: readonly [number, number],
  to: readonly [number, number],
  centres: Centres,
) {
  const flags = [undefined, undefined, int8(centres === 'corners' ? 1 : 0), int8(centres === 'half' ? 1 : 0)];
  return single(
    [1, height, width, 3],
    { code: 23, optionsType: OPTIONS.RESIZE_BILINEAR, options: flags },
    [{ shape: [2], type: 2, data: Int32Array.from(to) }],
    [1, ...to, 3],
  );
}

test('RESIZE_BILINEAR by hand', async () => {
  const flags = [undefined, undefined, int8(0), int8(1)];
  const model = single(
    [1, 1, 2, 1],
    { code: 23, optionsType: OPTIONS.RESIZE_BILINEAR, options: flags },
    [{ shape: [2], type: 2, data: Int32Array.of(1, 4) }],
    [1, 1, 4, 1],
  );
  near(await run(model, Float32Array.of(0, 8)), [0, 2, 6, 8]);
});

test('RESIZE_BILINEAR against loops: all three kinds of centres, up, down and from one pixel', async () => {
  for (const centres of ['half', 'corners', 'neither'] as const) {
    for (const [from, to] of [
      [
        [4, 5],
        [8, 10],
      ],
      [
        [3, 4],
        [7, 9],
      ],
      [
        [6, 9],
        [4, 5],
      ],
      [
        [1, 1],
        [3, 2],
      ],
      [
        [1, 4],
        [5, 1],
      ],
    ] as const) {
      const data = noise(from[0] * from[1] * 3);
      const wanted = resize({ height: from[0], width: from[1], channels: 3, data }, to[0], to[1], centres);
      near(await run(resizing(from, to, centres), data), wanted.data);
    }
  }
  const both = resizing([2, 2], [4, 4], 'half');
  const flags = [undefined, undefined, int8(1), int8(1)];
  assert.throws(
    () => convert({ ...both, operators: both.operators.map((one) => ({ ...one, options: flags })) }),
    {
      code: 'BadModel',
      message: /exclude each other/,
    },
  );
});

test('CONCATENATION along each axis of a picture', async () => {
  const constant = { shape: [1, 1, 2, 2], data: Float32Array.of(10, 20, 30, 40) };
  const make = (axis: number, output: readonly number[]) =>
    single(
      [1, 1, 2, 2],
      { code: 2, optionsType: OPTIONS.CONCATENATION, options: [int32(axis)] },
      [constant],
      output,
    );
  const x = Float32Array.of(1, 2, 3, 4);
  assert.deepEqual(await run(make(1, [1, 2, 2, 2]), x), [1, 2, 3, 4, 10, 20, 30, 40]);
  assert.deepEqual(await run(make(-2, [1, 1, 4, 2]), x), [1, 2, 3, 4, 10, 20, 30, 40]);
  assert.deepEqual(await run(make(3, [1, 1, 2, 4]), x), [1, 2, 10, 20, 3, 4, 30, 40]);
  assert.throws(() => convert(make(4, [1, 1, 2, 4])), { code: 'BadModel', message: /axis 4/ });
  assert.throws(() => convert(make(0, [2, 1, 2, 2])), { code: 'BadModel', message: /batch of 2/ });
});

test('RESHAPE keeps the NHWC order of the elements', async () => {
  const x = Float32Array.from({ length: 12 }, (_, i) => i);
  const shape = { shape: [4], type: 2, data: Int32Array.of(1, -1, 2, 2) };
  const model = single([1, 2, 2, 3], { code: 22 }, [shape], [1, 3, 2, 2]);
  assert.deepEqual(await run(model, x), [...x]);
  assert.throws(() => convert(single([1, 2, 2, 3], { code: 22 }, [shape], [1, 2, 3, 2])), {
    code: 'BadModel',
  });
  const flat: TestModel = {
    tensors: [{ shape: [1, 2, 2, 3] }, { shape: [1, 12] }, { shape: [1, 1, 4, 3] }],
    operators: [
      { code: 22, inputs: [0], outputs: [1] },
      { code: 22, inputs: [1], outputs: [2] },
    ],
    inputs: [0],
    outputs: [2],
  };
  assert.deepEqual(await run(flat, x), [...x]);
});

test('planar input and output', async () => {
  const model = single([1, 1, 2, 3], { code: 19 }, [], [1, 1, 2, 3]);
  const planes = Float32Array.of(1, 4, 2, 5, 3, 6);
  assert.deepEqual(await run(model, planes, { inputLayout: 'NCHW' }), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(await run(model, planes, { inputLayout: 'NCHW', outputLayout: 'NCHW' }), [...planes]);
  assert.deepEqual(await run(model, Float32Array.of(1, 2, 3, 4, 5, 6), { outputLayout: 'NCHW' }), [
    ...planes,
  ]);
});

test('what is not supported is refused by name', () => {
  const relu = { code: 19, inputs: [0], outputs: [1] };
  const base: TestModel = {
    tensors: [{ shape: [1, 2, 2, 3] }, { shape: [1, 2, 2, 3] }],
    operators: [relu],
    inputs: [0],
    outputs: [1],
  };
  const refused = (change: Partial<TestModel>, message: RegExp) =>
    assert.throws(() => convert({ ...base, ...change }), {
      name: 'BackscrubError',
      code: 'BadModel',
      message,
    });
  refused(
    {
      operators: [
        { ...relu, code: 25 },
        { ...relu, code: 16 },
        { ...relu, code: 'Flex' },
        { ...relu, code: 900 },
      ],
    },
    /not supported: LSTM, SOFTMAX, custom operator Flex, number 900$/,
  );
  refused({ operators: [{ ...relu, version: 4 }] }, /not supported: RELU version 4/);
  refused({ operators: [{ ...relu, code: 'ADD' }] }, /custom operator ADD/);
  refused({ operators: [relu, relu] }, /t1 is written twice/);
  refused({ operators: [{ ...relu, inputs: [1], outputs: [0] }] }, /t1\) is not computed/);
  refused({ operators: [] }, /no operator computes its output/);
  refused({ outputs: [0, 1] }, /2 outputs/);
  refused({ inputs: [] }, /0 inputs/);
  refused({ tensors: [{ shape: [1, 2, 2, 3] }, { shape: [1, 2, 2, 3], type: 9 }] }, /t1 has type INT8/);
  refused({ tensors: [{ shape: [1, 2, 2, 3] }, { shape: [1, 2, 3, 2] }] }, /t1 is declared as \[1,2,3,2\]/);
  refused({ tensors: [{ shape: [2, 2, 2, 3] }, { shape: [2, 2, 2, 3] }] }, /batch of 2/);
  refused({ tensors: [{ shape: [12] }, { shape: [12] }] }, /input has the shape \[12\]/);
});

test('an option that is not known is refused', () => {
  const options = [int8(0), int8(0), int8(1)];
  const constant = { shape: [3], data: Float32Array.of(1, 2, 3) };
  assert.throws(
    () =>
      convert(single([1, 1, 1, 3], { code: 0, optionsType: OPTIONS.ADD, options }, [constant], [1, 1, 1, 3])),
    {
      code: 'BadModel',
      message: /operator 0 \(ADD\): its option 2 is not known/,
    },
  );
  assert.throws(
    () => convert(single([1, 1, 1, 3], { code: 0, optionsType: 21, options: [] }, [constant], [1, 1, 1, 3])),
    {
      code: 'BadModel',
      message: /options are of kind 21/,
    },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import { readTflite } from './model.js';
import { int8, int32, type TestModel, writeFlatBuffer, writeTflite } from './test-writer.js';

const SMALL: TestModel = {
  tensors: [
    { shape: [1, 2, 2, 3] },
    { shape: [2], type: 2, data: Int32Array.of(7, -8) },
    { shape: [1, 2, 2, 3] },
    { shape: [1, 2, 2, 3] },
  ],
  operators: [
    { code: 19, inputs: [0], outputs: [2], version: 2 },
    { code: 'Mine', inputs: [2, 1, -1], outputs: [3], customOptions: Uint8Array.of(1, 2, 3) },
  ],
  inputs: [0],
  outputs: [3],
};

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert(error instanceof BackscrubError, `not a BackscrubError: ${error}`);
    assert.equal(error.code, 'BadModel');
    return error.message;
  }
  assert.fail('nothing was refused');
}

test('a file is read as it was written', () => {
  const model = readTflite(writeTflite(SMALL));
  assert.deepEqual([model.inputs, model.outputs], [[0], [3]]);
  assert.deepEqual(
    model.tensors.map(({ name, shape, type }) => ({ name, shape, type })),
    [
      { name: 't0', shape: [1, 2, 2, 3], type: 'FLOAT32' },
      { name: 't1', shape: [2], type: 'INT32' },
      { name: 't2', shape: [1, 2, 2, 3], type: 'FLOAT32' },
      { name: 't3', shape: [1, 2, 2, 3], type: 'FLOAT32' },
    ],
  );
  assert.deepEqual([...(model.tensors[1]?.data ?? [])], [7, 0, 0, 0, 248, 255, 255, 255]);
  const [relu, mine] = model.operators;
  assert.deepEqual([relu?.name, relu?.custom, relu?.version], ['RELU', false, 2]);
  assert.deepEqual([mine?.name, mine?.custom, mine?.inputs], ['Mine', true, [2, 1, -1]]);
  assert.deepEqual([...(mine?.customOptions ?? [])], [1, 2, 3]);
});

test('the operator code is the larger one of the old and the new field', () => {
  const read = (code: readonly (ReturnType<typeof int8> | undefined)[]) => {
    const operator = [int32(0), { int32s: [0] }, { int32s: [0] }];
    const tensor = [{ int32s: [1] }, int8(0), int32(0)];
    const graph = [{ tables: [tensor] }, { int32s: [0] }, { int32s: [0] }, { tables: [operator] }];
    const root = [int32(3), { tables: [code] }, { tables: [graph] }, undefined, { tables: [[]] }];
    return readTflite(writeFlatBuffer(root, 'TFL3')).operators[0]?.name;
  };
  assert.equal(read([int8(117)]), 'HARD_SWISH');
  assert.equal(read([int8(127), undefined, int32(1), int32(152)]), 'number 152');
  assert.equal(read([undefined, undefined, int32(1), int32(14)]), 'LOGISTIC');
  assert.equal(read([int8(32)]), 'a custom operator without a name');
});

test('what is not a TFLite file is refused', () => {
  assert.match(
    refusal(() => readTflite(new Uint8Array(0))),
    /not a TFLite file/,
  );
  assert.match(
    refusal(() => readTflite(Buffer.from('%PDF-1.7 and more'))),
    /not a TFLite file/,
  );
  assert.match(
    refusal(() => readTflite(new Uint8Array((64 << 20) + 1))),
    /larger than 64 MiB/,
  );
  assert.match(
    refusal(() => readTflite(writeFlatBuffer([int32(2)], 'TFL3'))),
    /version 2/,
  );
  assert.match(
    refusal(() => readTflite(writeFlatBuffer([int32(3)], 'TFL3'))),
    /0 subgraphs/,
  );
});

test('every cut of a file is refused', () => {
  const file = writeTflite(SMALL);
  for (let length = 0; length < file.length - 1; length++) {
    // A cut behind the last byte that is read can go unnoticed; what is read must then be all of it.
    try {
      assert.equal(readTflite(file.subarray(0, length)).operators.length, 2);
      assert(length > file.length - 16, `cut at ${length} of ${file.length}`);
    } catch (error) {
      assert(error instanceof BackscrubError, `${error}`);
    }
  }
});

test('inconsistent models are refused by name', () => {
  const change = (part: Partial<TestModel>) => refusal(() => readTflite(writeTflite({ ...SMALL, ...part })));
  assert.match(change({ inputs: [4] }), /list of inputs refers to the missing tensor 4/);
  assert.match(change({ outputs: [-1] }), /list of outputs refers to the missing tensor -1/);
  assert.match(
    change({ operators: [{ code: 0, inputs: [0, 9], outputs: [2] }] }),
    /operator 0 \(ADD\) refers to the missing tensor 9/,
  );
  assert.match(change({ tensors: [{ shape: [1, -1] }] }), /t0 has a dimension of -1/);
  assert.match(change({ tensors: [{ shape: [65536, 65536, 65536] }] }), /t0 has more than/);
  assert.match(change({ tensors: [{ shape: [1], type: 99 }] }), /unknown tensor type 99/);
  assert.match(
    change({ tensors: [{ shape: [3], data: Float32Array.of(1, 2) }] }),
    /t0 has 8 bytes where .* 12/,
  );
  assert.match(change({ tensors: [{ shape: new Array<number>(9).fill(1) }] }), /9 dimensions/);
  const many = Array.from({ length: 65 }, () => 0);
  assert.match(change({ operators: [{ code: 2, inputs: many, outputs: [2] }] }), /65 tensors/);
});

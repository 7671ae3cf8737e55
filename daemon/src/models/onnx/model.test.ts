import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeOnnx } from './model.js';
import { ProtobufWriter } from './protobuf.js';

const hex = (write: (out: ProtobufWriter) => void): string => {
  const out = new ProtobufWriter();
  write(out);
  return Buffer.from(out.finish()).toString('hex');
};

// The first three are the examples of protobuf.dev, "Encoding".
test('fields are encoded as the protobuf documentation says', () => {
  assert.equal(
    hex((out) => out.int(1, 150)),
    '089601',
  );
  assert.equal(
    hex((out) => out.string(2, 'testing')),
    '120774657374696e67',
  );
  assert.equal(
    hex((out) => out.message(3, (inner) => inner.int(1, 150))),
    '1a03089601',
  );
  assert.equal(
    hex((out) => out.int(1, -2)),
    '08feffffffffffffffff01',
  );
  assert.equal(
    hex((out) => out.int(20, 2 ** 40)),
    'a001808080808020',
  );
  assert.equal(
    hex((out) => out.float(2, 1.5)),
    '150000c03f',
  );
});

test('a long field survives the growth of the buffer', () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i);
  assert.equal(
    hex((out) => out.bytes(1, bytes)),
    `0ae807${Buffer.from(bytes).toString('hex')}`,
  );
});

test('onnxruntime runs what is written', async () => {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(
    encodeOnnx({
      nodes: [
        { operator: 'Mul', inputs: ['x', 'two'], outputs: ['m'], attributes: {} },
        { operator: 'Reshape', inputs: ['m', 'shape'], outputs: ['r'], attributes: {} },
        { operator: 'LeakyRelu', inputs: ['r'], outputs: ['l'], attributes: { alpha: { float: 1 } } },
        { operator: 'Transpose', inputs: ['l'], outputs: ['y'], attributes: { perm: [1, 0] } },
      ],
      constants: [
        { name: 'two', shape: [], data: Float32Array.of(2) },
        { name: 'shape', shape: [2], data: BigInt64Array.of(-1n, 2n) },
      ],
      inputs: [{ name: 'x', shape: [6] }],
      outputs: [{ name: 'y', shape: [2, 3] }],
    }),
  );
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, -4, 5, 6), [6]) });
  assert.deepEqual(y?.dims, [2, 3]);
  assert.deepEqual(Array.from(y?.data as Float32Array), [2, 6, 10, 4, -8, 12]);
  await session.release();
});

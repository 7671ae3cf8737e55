import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import { readOnnxFile } from './file.js';
import type { ProtobufWriter } from './protobuf.js';
import { node, type TestOnnx, writeTestOnnx } from './test-model.js';

function refused(model: TestOnnx | Uint8Array, reason: RegExp): void {
  const bytes = model instanceof Uint8Array ? model : writeTestOnnx(model);
  assert.throws(
    () => readOnnxFile(bytes),
    (error) => {
      assert(error instanceof BackscrubError, String(error));
      assert.equal(error.code, 'BadModel');
      assert.match(error.message, reason);
      return true;
    },
  );
}

const constant = (write: (tensor: ProtobufWriter) => void): TestOnnx => ({
  moreGraph: (graph) => graph.message(5, write),
});

test('ports, operators and constants are read', () => {
  const file = readOnnxFile(
    writeTestOnnx({
      inputs: [
        { name: 'x', shape: ['batch', 3, 16, 32] },
        { name: 'k', shape: [1] },
      ],
      constants: [{ name: 'k', shape: [1], data: Float32Array.of(2) }],
      nodes: [node('Mul', ['x', 'k'], ['m']), node('ReduceMean', ['m'], ['y'], { axes: [1], keepdims: 1 })],
    }),
  );
  assert.equal(file.opset, 17);
  assert.deepEqual(file.inputs, [{ name: 'x', type: 1, shape: [0, 3, 16, 32] }]);
  assert.deepEqual(file.outputs, [{ name: 'y', type: 1, shape: [1, 1, 16, 32] }]);
  assert.deepEqual(
    file.nodes.map(({ operator }) => operator),
    ['Mul', 'ReduceMean'],
  );
});

test('what is no ONNX file or cut off is refused', () => {
  const whole = writeTestOnnx();
  refused(new Uint8Array(0), /not an ONNX file/);
  refused(Buffer.from('<html>not a model</html>'), /damaged|not an ONNX/);
  refused(whole.subarray(0, whole.length - 30), /damaged|not an ONNX|operator set 0/);
});

test('operator sets that mean something else are refused by number', () => {
  refused({ opset: 9 }, /operator set 9; 11 to/);
  refused({ opset: 99 }, /operator set 99/);
  refused({ moreModel: (out) => out.message(8, (set) => set.string(1, 'example.own')) }, /"example\.own"/);
});

test('external data is refused with advice', () => {
  const external = constant((tensor) => {
    tensor.int(1, 4);
    tensor.int(2, 1);
    tensor.string(8, 'w');
    tensor.message(13, (entry) => {
      entry.string(1, 'location');
      entry.string(2, '../../etc/passwd');
    });
    tensor.int(14, 1);
  });
  refused(external, /constant w lies in another file \(external data\); save the model again/);
});

test('control flow, functions, sparse constants and training parts are refused by name', () => {
  refused({ nodes: [node('If', ['x'], ['y'])] }, /operator 0 \(If\) is control flow/);
  refused({ moreModel: (out) => out.message(25, (f) => f.string(1, 'f')) }, /functions/);
  refused({ moreModel: (out) => out.message(20, (f) => f.string(1, 'f')) }, /training/);
  refused({ moreGraph: (graph) => graph.message(15, () => {}) }, /sparse/);
  refused({ moreModel: (out) => out.message(7, () => {}) }, /several graphs/);
  const hidden = (graph: ProtobufWriter) =>
    graph.message(1, (one) => {
      one.string(2, 'z');
      one.string(4, 'Foo');
      one.message(5, (attribute) => attribute.message(6, (inner) => inner.string(2, 'g')));
    });
  refused({ moreGraph: hidden }, /operator 1 \(Foo\) holds a graph/);
});

test('cycles, wrong order and values written twice are refused', () => {
  refused({ nodes: [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])] }, /\(Add\) uses b, .*cycle/);
  refused({ nodes: [node('Relu', ['y'], ['y'])] }, /\(Relu\) uses y/);
  refused({ nodes: [node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])] }, /writes y a second time/);
  refused({ nodes: [node('Relu', ['x'], ['z'])] }, /nothing computes its output y/);
});

test('constants must be as large as they say, and not too large', () => {
  const sized = (dims: readonly number[], bytes: number, type = 1) =>
    constant((tensor) => {
      for (const size of dims) tensor.int(1, size);
      tensor.int(2, type);
      tensor.string(8, 'w');
      tensor.bytes(9, new Uint8Array(bytes));
    });
  refused(sized([2, 3], 20), /constant w has 20 bytes where its sizes need 24/);
  refused(sized([100000, 100000], 4), /w has more than 16777216 elements/);
  refused(sized([2 ** 40], 4), /w has a dimension of 1099511627776/);
  refused(sized([-1], 4), /w has a dimension/);
  refused(sized([1], 4, 8), /element type string/);
  refused(sized([1], 4, 77), /element type number 77/);
  refused(
    constant((tensor) => {
      tensor.int(1, 1000);
      tensor.int(2, 1);
      tensor.string(8, 'w');
    }),
    /fewer values/,
  );
});

test('control characters of a file do not reach a terminal', () => {
  refused({ nodes: [node('Relu', ['\u001b[2J'], ['y'])] }, /uses \?\[2J/);
});

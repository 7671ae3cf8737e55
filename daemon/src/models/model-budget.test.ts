import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../shared/errors.js';
import { BUILTIN_MODELS } from './builtin.js';
import { ModelBudget } from './model-budget.js';
import { readOnnxFile } from './onnx/file.js';
import { ProtobufWriter } from './onnx/protobuf.js';
import { prepareModel } from './prepare.js';
import { builtinRegistry } from './registry.js';
import { readTflite } from './tflite/model.js';

const MOST = 1 << 18;

function refused(read: (budget: ModelBudget) => unknown): void {
  const budget = new ModelBudget();
  assert.throws(
    () => read(budget),
    (error: unknown) =>
      error instanceof BackscrubError &&
      error.code === 'BadModel' &&
      /more than \d+ elements/.test(error.message),
  );
  assert.ok(budget.elements <= MOST + 64, `${budget.elements} elements`);
}

/** A graph of what `write` puts there. */
function graphOf(write: (graph: ProtobufWriter) => void): Uint8Array {
  const model = new ProtobufWriter();
  model.int(1, 8);
  model.message(7, write);
  model.message(8, (set) => {
    set.string(1, '');
    set.int(2, 17);
  });
  return model.finish();
}

test('the models that come with us need a tenth of the budget', async () => {
  for (const { manifest } of BUILTIN_MODELS) {
    const { bytes, format, ...rest } = await builtinRegistry.resolve(manifest.name);
    const budget = new ModelBudget();
    if (format === 'tflite') readTflite(bytes, budget);
    else readOnnxFile(bytes, budget);
    assert.ok(budget.elements < MOST / 10, `${manifest.name}: ${budget.elements}`);
    // What it is converted to, too.
    const prepared = new ModelBudget();
    readOnnxFile(prepareModel({ bytes, format, manifest: rest.manifest }).onnx, prepared);
    assert.ok(prepared.elements < MOST / 10, `${manifest.name}: ${prepared.elements}`);
  }
});

test('an ONNX file of empty fields, at the top, in the graph and in each operator', () => {
  const many = new Uint8Array(2 * 300_000).fill(0x30);
  for (let i = 1; i < many.length; i += 2) many[i] = 1;
  refused((budget) => readOnnxFile(many, budget));
  refused((budget) =>
    readOnnxFile(
      graphOf((graph) => graph.append(many)),
      budget,
    ),
  );
  // 600 operators with a thousand fields each that mean nothing.
  refused((budget) =>
    readOnnxFile(
      graphOf((graph) => {
        for (let i = 0; i < 600; i++) {
          graph.message(1, (operator) => {
            operator.string(4, 'Relu');
            operator.append(many.subarray(0, 2000));
          });
        }
      }),
      budget,
    ),
  );
});

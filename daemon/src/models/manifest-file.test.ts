import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RECOGNISED_MODELS } from './builtin.js';
import { ALIGNMENTS, CROP_POLICIES, LAYOUTS, ORDERS, OUTPUT_KINDS } from './manifest.js';
import { manifestToJson, readManifest } from './manifest-file.js';

const SMALL = { input: { width: 256, height: 144, layout: 'NCHW' }, output: { kind: 'probability' } };

const read = (json: unknown) => readManifest(JSON.stringify(json), 'file-name');

function refused(json: unknown, reason: RegExp): void {
  assert.throws(() => read(json), { name: 'BackscrubError', code: 'BadModel', message: reason });
}

test('a small manifest gets the usual defaults', () => {
  const manifest = read(SMALL);
  assert.equal(manifest.name, 'file-name');
  assert.equal(manifest.crop, 'follow');
  assert.deepEqual(manifest.input.scale, [1 / 255, 1 / 255, 1 / 255]);
  assert.deepEqual(manifest.output, {
    kind: 'probability',
    width: 0,
    height: 0,
    channels: 1,
    layout: 'NCHW',
    personIndex: 0,
    align: 'centers',
  });
});

test('what is written is read back the same', () => {
  for (const manifest of RECOGNISED_MODELS)
    assert.deepEqual(readManifest(manifestToJson(manifest), 'x'), manifest);
  const recurrent = read({
    ...SMALL,
    states: [{ input: 'r1', output: 'r2', shape: [1, 16, 18, 32] }],
    constants: { ratio: 0.25 },
  });
  assert.equal(recurrent.crop, 'stretch');
  assert.deepEqual(readManifest(manifestToJson(recurrent), 'x'), recurrent);
});

test('every refusal names the field and what may stand there', () => {
  assert.throws(() => readManifest('{', 'x'), { code: 'BadModel', message: /manifest is not JSON/ });
  assert.throws(() => readManifest(' '.repeat(70000), 'x'), /more than 64 KiB/);
  refused([], /must be an object/);
  refused({}, /input is missing/);
  refused({ ...SMALL, licens: 'MIT' }, /licens is not known; there are .*licence/);
  refused({ ...SMALL, name: '../evil' }, /name must be letters/);
  refused({ ...SMALL, sha256: 'ABC' }, /sha256 must be 64/);
  refused(
    { ...SMALL, input: { ...SMALL.input, width: 0 } },
    /input\.width must be a whole number from 16 to 2048/,
  );
  refused({ ...SMALL, input: { ...SMALL.input, height: undefined } }, /input\.height is missing/);
  refused(
    { ...SMALL, input: { width: 256, height: 144 } },
    /input\.layout is missing; it must be one of NHWC, NCHW/,
  );
  refused({ ...SMALL, input: { ...SMALL.input, order: 'YUV' } }, /input\.order must be one of RGB, BGR/);
  refused({ ...SMALL, input: { ...SMALL.input, mean: [1, 2] } }, /input\.mean must be a number or three/);
  refused({ ...SMALL, input: { ...SMALL.input, std: 0 } }, /input\.std must be greater than 0/);
  refused({ ...SMALL, input: { ...SMALL.input, std: 1, scale: 1 } }, /choose one pair/);
  refused({ ...SMALL, output: {} }, /output\.kind is missing; it must be one of probability, logits/);
  refused({ ...SMALL, output: { kind: 'class-scores', channels: 21 } }, /output\.personIndex is missing/);
  refused(
    { ...SMALL, output: { kind: 'class-scores', channels: 21, personIndex: 21 } },
    /output\.personIndex must be a whole number from 0 to 20/,
  );
  refused({ ...SMALL, crop: 'letterbox' }, /crop must be one of follow, stretch/);
  refused({ ...SMALL, crop: 'follow', states: [{ input: 'a', output: 'b' }] }, /crop must be "stretch"/);
  refused({ ...SMALL, greyLook: 'yes' }, /greyLook must be true or false/);
  refused({ ...SMALL, states: [{ input: 'a' }] }, /states\[0\]\.output is missing/);
  refused({ ...SMALL, constants: { a: 'b' } }, /constants\.a must be a number/);
});

test('the JSON schema knows the same fields and choices', () => {
  const path = fileURLToPath(new URL('../../../docs/models.schema.json', import.meta.url));
  const schema = JSON.parse(readFileSync(path, 'utf8'));
  const { input, output, states, crop, ...rest } = schema.properties;
  const full = read({ ...SMALL, states: [{ input: 'a', output: 'b' }] });
  assert.deepEqual(
    [...Object.keys(rest), 'input', 'output', 'states', 'crop'].sort(),
    [...Object.keys(full), '$schema'].sort(),
  );
  assert.deepEqual(crop.enum, CROP_POLICIES);
  assert.deepEqual(input.properties.layout.enum, LAYOUTS);
  assert.deepEqual(input.properties.order.enum, ORDERS);
  assert.deepEqual(output.properties.kind.enum, OUTPUT_KINDS);
  assert.deepEqual(output.properties.align.enum, ALIGNMENTS);
  assert.deepEqual(Object.keys(states.items.properties), ['input', 'output', 'shape']);
});

test('the example in the documentation is valid', () => {
  const path = fileURLToPath(new URL('../../../docs/models.md', import.meta.url));
  const examples = [...readFileSync(path, 'utf8').matchAll(/```json\n(.*?)```/gs)];
  assert(examples.length > 0);
  for (const [, json = ''] of examples) readManifest(json, 'x');
});

/** Files that mean harm: each check ends with a reason, within the limits of its process. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkFile } from './check.js';
import { requireChecked } from './checked.js';
import { node, type TestOnnx, writeTestOnnx } from './onnx/test-model.js';
import { digest, resolveModel } from './registry.js';
import { Segmenter } from './segmenter.js';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'backscrub-check-'));
});
after(() => rm(root, { recursive: true }));

const MANIFEST = { input: { width: 32, height: 16, layout: 'NCHW' }, output: { kind: 'probability' } };

async function write(name: string, model: TestOnnx): Promise<string> {
  const path = join(root, `${name}.onnx`);
  await writeFile(path, writeTestOnnx(model));
  await writeFile(join(root, `${name}.json`), JSON.stringify(MANIFEST));
  return path;
}

const int64s = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

/** Fills memory: a tensor of n x n floats made out of two numbers. */
const huge = (n: number): TestOnnx => ({
  nodes: [
    node('Expand', ['one', 'size'], ['large']),
    node('ReduceSum', ['large'], ['sum'], { keepdims: 0 }),
    node('ReduceMean', ['x'], ['m'], { axes: [1], keepdims: 1 }),
    node('Mul', ['m', 'sum'], ['y']),
  ],
  constants: [{ name: 'one', shape: [1], data: Float32Array.of(1) }, int64s('size', n, n)],
});

test('a network that unfolds to many gigabytes is stopped', async () => {
  for (const n of [30_000, 1_000_000, 2 ** 31]) {
    const report = await checkFile({ path: await write(`huge${n}`, huge(n)), timeout: 20_000 });
    assert.equal(report.problems.length, 1, JSON.stringify(report));
    assert.equal(report.milliseconds, 0);
  }
});

test('a network that never ends is stopped', async () => {
  const step = 'MatMul';
  const nodes = [node('Expand', ['one', 'size'], ['a0'])];
  for (let i = 0; i < 200; i++) nodes.push(node(step, [`a${i}`, `a${i}`], [`a${i + 1}`]));
  nodes.push(
    node('ReduceSum', ['a200'], ['sum'], { keepdims: 0 }),
    node('ReduceMean', ['x'], ['m'], { axes: [1], keepdims: 1 }),
    node('Mul', ['m', 'sum'], ['y']),
  );
  const constants = [{ name: 'one', shape: [1], data: Float32Array.of(1) }, int64s('size', 3000, 3000)];
  const report = await checkFile({ path: await write('slow', { nodes, constants }), timeout: 3000 });
  assert.match(report.problems[0] ?? '', /did not finish a run within 3 s/);
});

test('loading an unchecked file asks another process first', async () => {
  const path = await write('loaded', huge(30_000));
  await assert.rejects(Segmenter.load(path), { code: 'BadModel' });
});

const good: TestOnnx = { nodes: [node('ReduceMean', ['x'], ['y'], { axes: [1], keepdims: 1 })] };

test('what is tried is what was read, whatever lies at the path by then', async () => {
  const read = await resolveModel(await write('swapped', good));
  await write('swapped', huge(30_000));
  await writeFile(join(root, 'swapped.json'), 'no manifest');
  await requireChecked(read);
  const harmful = await resolveModel(await write('swapped', huge(30_000)));
  await write('swapped', good);
  await assert.rejects(requireChecked(harmful), { code: 'BadModel', message: /memory/ });
});

test('the manifest beside a file that is named by its path does not vouch for it', async () => {
  const path = await write('claimed', huge(30_000));
  const sha256 = digest(await readFile(path));
  await writeFile(join(root, 'claimed.json'), JSON.stringify({ ...MANIFEST, sha256 }));
  assert.equal((await resolveModel(path)).checked, false);
  await assert.rejects(requireChecked(await resolveModel(path)), { code: 'BadModel' });
});

test('values that are no numbers are a problem', async () => {
  const path = await write('nan', {
    nodes: [
      node('Sub', ['x', 'x'], ['zero']),
      node('Div', ['zero', 'zero'], ['nan']),
      node('ReduceMean', ['nan'], ['y'], { axes: [1], keepdims: 1 }),
    ],
  });
  assert.match((await checkFile({ path })).problems[0] ?? '', /not between 0 and 1/);
});

test('an operator that the runtime does not know is named', async () => {
  const path = await write('strange', { nodes: [node('Frobnicate', ['x'], ['y'])] });
  assert.match((await checkFile({ path })).problems[0] ?? '', /Frobnicate/);
});

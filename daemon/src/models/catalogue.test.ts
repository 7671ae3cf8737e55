import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  addModel,
  checkModel,
  defaultFolders,
  listModels,
  type ModelFolders,
  removeModel,
  requireUsable,
} from './catalogue.js';
import { node, type TestOnnx, writeTestOnnx } from './onnx/test-model.js';
import { Segmenter } from './segmenter.js';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'backscrub-catalogue-'));
});
after(() => rm(root, { recursive: true }));

let count = 0;
async function newFolders(): Promise<ModelFolders> {
  const folders = { system: join(root, `system${++count}`), user: join(root, `user${count}`) };
  await mkdir(folders.system);
  await mkdir(folders.user);
  return folders;
}

const MANIFEST = {
  title: 'A mean',
  licence: 'MIT',
  input: { width: 32, height: 16, layout: 'NCHW' },
  output: { kind: 'probability' },
};

async function write(
  folder: string,
  name: string,
  model: TestOnnx | Uint8Array = {},
  manifest: unknown = MANIFEST,
) {
  const path = join(folder, `${name}.onnx`);
  await writeFile(path, model instanceof Uint8Array ? model : writeTestOnnx(model));
  if (manifest !== null) await writeFile(join(folder, `${name}.json`), JSON.stringify(manifest));
  return path;
}

test('folders: the state directory is honoured, the first of several', () => {
  assert.equal(defaultFolders({}).user, '/var/lib/backscrub/models');
  assert.equal(defaultFolders({ STATE_DIRECTORY: '/a/b:/c' }).user, '/a/b/models');
});

test('without folders there are the built-in models', async () => {
  const models = await listModels({ system: join(root, 'none'), user: join(root, 'none') });
  assert.deepEqual(
    models.map(({ name, source, usable }) => [name, source, usable]),
    [
      ['selfie_segmentation', 'built-in', true],
      ['selfie_segmentation_landscape', 'built-in', true],
    ],
  );
});

test('models of both folders are listed, the user hides the system, the unusable say why', async () => {
  const folders = await newFolders();
  await write(folders.system, 'one');
  await write(folders.system, 'both');
  await write(folders.user, 'both');
  await write(folders.user, 'bare', {}, null);
  await write(folders.user, 'open', { inputs: [{ name: 'x', shape: [1, 3, 8, 8] }] });
  await write(folders.user, 'rival', {}, { ...MANIFEST, name: 'selfie_segmentation' });
  await writeFile(join(folders.user, 'notes.txt'), 'not a model');
  const models = (await listModels(folders)).slice(2);
  const rows = Object.fromEntries(
    models.map((model) => [model.path.slice(root.length + 1).replace(/\d/, ''), model]),
  );
  assert.equal(models.length, 5);
  assert.equal(rows['system/one.onnx']?.usable, true);
  assert.deepEqual(rows['system/one.onnx']?.input, { width: 32, height: 16 });
  assert.equal(rows['user/both.onnx']?.usable, true);
  assert.equal(rows['system/both.onnx'], undefined);
  assert.match(rows['user/bare.onnx']?.problem ?? '', /no manifest bare\.json beside it.*docs\/models\.md/);
  assert.match(rows['user/open.onnx']?.problem ?? '', /shape \[1,3,8,8\], its manifest says \[1,3,16,32\]/);
  assert.match(rows['user/rival.onnx']?.problem ?? '', /belongs to a built-in model/);
});

test('a listed model is loaded by its name and runs', async () => {
  const folders = await newFolders();
  await write(folders.user, 'mean');
  const segmenter = await Segmenter.load('mean', { folders });
  segmenter.input.fill(0.4);
  const map = await segmenter.run();
  assert.equal(map.length, 16 * 32);
  assert(Math.abs((map[100] ?? 0) - 0.4) < 1e-6);
  await segmenter.close();
  await assert.rejects(Segmenter.load('man', { folders }), { code: 'UnknownModel', message: /"man".*mean/ });
});

test('what a model remembers comes back in the next run', async () => {
  const folders = await newFolders();
  // state' = (state + 1) / 2; y = state' on all of the (black) picture
  const model: TestOnnx = {
    inputs: [
      { name: 'x', shape: [1, 3, 16, 32] },
      { name: 's', shape: [1, 1, 1, 1] },
    ],
    outputs: [
      { name: 'y', shape: [1, 1, 16, 32] },
      { name: 't', shape: [1, 1, 1, 1] },
    ],
    nodes: [
      node('Add', ['s', 'one'], ['more']),
      node('Mul', ['more', 'half'], ['t']),
      node('ReduceMean', ['x'], ['m'], { axes: [1], keepdims: 1 }),
      node('Mul', ['m', 'zero'], ['black']),
      node('Add', ['black', 't'], ['y']),
    ],
    constants: [
      { name: 'zero', shape: [], data: Float32Array.of(0) },
      { name: 'half', shape: [], data: Float32Array.of(0.5) },
      { name: 'one', shape: [], data: Float32Array.of(1) },
    ],
  };
  const path = await write(root, 'memory', model, { ...MANIFEST, states: [{ input: 's', output: 't' }] });
  const segmenter = await Segmenter.load(path, { folders });
  const seen: (number | undefined)[] = [];
  for (let i = 0; i < 3; i++) seen.push((await segmenter.run())[0]);
  segmenter.reset();
  seen.push((await segmenter.run())[0]);
  assert.deepEqual(seen, [0.5, 0.75, 0.875, 0.5]);
  assert.equal(segmenter.manifest.crop, 'stretch');
  await segmenter.close();
});

test('a model is added with its manifest after a check, and can be removed', async () => {
  const folders = { system: join(root, 'none'), user: join(root, 'made', 'models') };
  const path = await write(root, 'mean');
  // As on a system whose administrator has a strict one.
  const umask = process.umask(0o077);
  const info = await addModel(path, folders, { name: 'my-mean' }).finally(() => process.umask(umask));
  assert.equal(info.path, join(folders.user, 'my-mean.onnx'));
  assert.deepEqual((await readdir(folders.user)).sort(), ['my-mean.json', 'my-mean.onnx']);
  assert.match(
    JSON.parse(await readFile(join(folders.user, 'my-mean.json'), 'utf8')).sha256,
    /^[0-9a-f]{64}$/,
  );
  for (const [file, mode] of [
    ['', 0o755],
    ['my-mean.json', 0o644],
    ['my-mean.onnx', 0o644],
  ] as const)
    assert.equal((await stat(join(folders.user, file))).mode & 0o777, mode, `the service reads ${file}`);
  assert.equal((await listModels(folders)).at(-1)?.name, 'my-mean');
  await assert.rejects(addModel(path, folders, { name: 'my-mean' }), {
    code: 'InvalidArgs',
    message: /already/,
  });
  await addModel(path, folders, { name: 'my-mean', replace: true });
  await removeModel('my-mean', folders);
  assert.deepEqual(await readdir(folders.user), []);
});

test('what cannot be used is not added, and nothing is left behind', async () => {
  const folders = await newFolders();
  const bad = await write(root, 'logits', {
    nodes: [node('Mul', ['m', 'k'], ['y'])].concat(),
    constants: [],
  });
  await assert.rejects(addModel(bad, folders), { code: 'BadModel', message: /uses m, which nothing/ });
  const scale = { input: { ...MANIFEST.input, scale: 1 } };
  const range = await write(root, 'range', {}, { ...MANIFEST, ...scale });
  await assert.rejects(addModel(range, folders), {
    code: 'BadModel',
    message: /between .* and 255.*output\.kind/,
  });
  await assert.rejects(addModel(join(root, 'none.onnx'), folders), { code: 'UnknownModel' });
  const good = await write(root, 'good');
  await assert.rejects(addModel(good, folders, { name: '../good' }), { code: 'InvalidArgs' });
  await assert.rejects(addModel(good, folders, { name: 'selfie_segmentation' }), { code: 'InvalidArgs' });
  assert.deepEqual(await readdir(folders.user), []);
});

test('a check of a built-in model says what it is', async () => {
  const report = await checkModel('selfie_segmentation_landscape');
  assert.deepEqual(report.problems, []);
  assert.deepEqual(report.inputShape, [1, 144, 256, 3]);
  assert.deepEqual(report.outputShape, [1, 144, 256, 1]);
  assert(report.milliseconds > 0);
  assert.equal(Math.round((report.macs ?? 0) / 1e5), 333);
  assert(report.range[0] >= 0 && report.range[1] <= 1);
  assert(report.operators.some(({ name, count }) => name === 'CONV_2D' && count > 10));
  await assert.rejects(checkModel('nobody'), { code: 'UnknownModel' });
  await assert.rejects(checkModel(join(root, 'none.onnx')), { code: 'UnknownModel' });
});

test('a check counts what an .onnx file multiplies, or says nothing', async () => {
  const weights = { name: 'w', shape: [1, 3, 1, 1], data: new Float32Array(3).fill(0.1) };
  const conv = { nodes: [node('Conv', ['x', 'w'], ['y'])], constants: [weights] };
  assert.equal((await checkModel(await write(root, 'conv', conv))).macs, 3 * 16 * 32);
  const einsum = {
    nodes: [node('Einsum', ['x', 'w'], ['y'], { equation: 'bchw,ocij->bohw' })],
    constants: [weights],
  };
  const report = await checkModel(await write(root, 'einsum', einsum));
  assert.deepEqual(report.problems, []);
  assert(!('macs' in report));
});

test('whether a model can be used: a file that is known is not run for that, any other is', async () => {
  const folders = await newFolders();
  await requireUsable('selfie_segmentation_landscape', { folders, timeout: 1 });
  await write(folders.user, 'fresh');
  // A millisecond is too short for a run, which shows that there is one.
  await assert.rejects(requireUsable('fresh', { folders, timeout: 1 }), {
    code: 'BadModel',
    message: /within/,
  });
  await requireUsable('fresh', { folders });
  await addModel(await write(root, 'known'), folders);
  await requireUsable('known', { folders, timeout: 1 });
  await assert.rejects(requireUsable('nobody', { folders }), { code: 'UnknownModel' });
});

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const shared = join(process.env['BACKSCRUB_SHARED'] ?? join(repository, '..', 'shared'), 'models');
const skip = existsSync(shared) ? false : `${shared} is not there`;

test('models that are not shipped are recognised by content, whatever they are called', {
  skip,
}, async () => {
  const folders = await newFolders();
  const files = (await readdir(shared)).filter((name) => name.endsWith('.tflite'));
  for (const [i, name] of files.entries())
    await copyFile(join(shared, name), join(folders.user, `file${i}.tflite`));
  // Named like a known model, but another file.
  await copyFile(join(shared, 'segm_lite_v681.tflite'), join(folders.system, 'deeplabv3_257_mv_gpu.tflite'));
  const names = (await listModels(folders)).map(({ name, usable }) => `${name} ${usable}`);
  assert.deepEqual(names, [
    'selfie_segmentation true',
    'selfie_segmentation_landscape true',
    'body-pix-float-050-8 true',
    'deeplabv3_257_mv_gpu true',
    'segm_full_v679 true',
    'segm_lite_v681 true',
  ]);
  const segmenter = await Segmenter.load('body-pix-float-050-8', { folders });
  assert.deepEqual([segmenter.mapWidth, segmenter.mapHeight], [257, 257]);
  await segmenter.close();
});

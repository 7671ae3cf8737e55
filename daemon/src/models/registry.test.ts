import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DEFAULT_MODEL } from '../shared/names.js';
import { BUILTIN_MODELS } from './builtin.js';
import { builtinManifests, ModelRegistry, resolveModel } from './registry.js';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backscrub-models-'));
});
after(() => rm(folder, { recursive: true }));

test('the default model is the first one', () => {
  assert.equal(builtinManifests()[0]?.name, DEFAULT_MODEL);
});

test('built-in models are found by name and by content', async () => {
  for (const manifest of builtinManifests()) {
    const { manifest: found, bytes } = await resolveModel(manifest.name);
    assert.equal(found, manifest);
    const copy = join(folder, 'copy of a model');
    await writeFile(copy, bytes);
    assert.equal((await resolveModel(copy)).manifest, manifest);
  }
});

test('what is not there or not known is refused with the names there are', async () => {
  const names = builtinManifests()
    .map((manifest) => manifest.name)
    .join(', ');
  await assert.rejects(resolveModel('selfie'), {
    code: 'UnknownModel',
    message: new RegExp(`"selfie".*${names}`),
  });
  await assert.rejects(resolveModel(''), { code: 'UnknownModel' });
  await assert.rejects(resolveModel(join(folder, 'none.tflite')), {
    code: 'UnknownModel',
    message: /does not exist/,
  });
  await assert.rejects(resolveModel(`${folder}/`), { code: 'BadModel', message: /not a regular file/ });
  const strange = join(folder, 'strange.tflite');
  await writeFile(strange, 'hello');
  await assert.rejects(resolveModel(strange), {
    code: 'BadModel',
    message: new RegExp(`not a model that is.*${names}`),
  });
});

test('a FIFO does not hang the reader', async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  await assert.rejects(resolveModel(fifo), { code: 'BadModel', message: /not a regular file/ });
});

test('a built-in file with other contents is refused', async () => {
  const path = join(folder, 'changed.tflite');
  await writeFile(path, 'TFL3');
  const [first] = BUILTIN_MODELS;
  assert(first);
  const registry = new ModelRegistry([{ manifest: first.manifest, locate: () => path }]);
  await assert.rejects(registry.resolve(first.manifest.name), {
    code: 'BadModel',
    message: /SHA-256 differs/,
  });
});

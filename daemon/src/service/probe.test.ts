import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../shared/errors.js';
import type { NamedPictures } from './named-pictures.js';
import { Probe } from './probe.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-probe-'));
after(() => rmSync(folder, { recursive: true }));

/** A probe that runs this program. */
function probe(program: string): Probe {
  const module = join(folder, 'probe.mjs');
  writeFileSync(module, program);
  return new Probe(module);
}

const says = (answer: unknown): Probe => probe(`console.log(${JSON.stringify(JSON.stringify(answer))})`);
const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

const ID = 'a'.repeat(32);

test('a background is what the probe can show', async () => {
  await says({ ok: true }).check(ID);
  await assert.rejects(says({ ok: false, error: { code: 'BadImage', message: 'torn' } }).check(ID), /torn/);
});

test('a probe that dies of the image, or says something else, means a bad image', async () => {
  const programs = [
    'process.kill(process.pid, "SIGSEGV")',
    'process.exit(0)',
    'console.log("[")',
    'console.log("null")',
  ];
  for (const program of programs) await assert.rejects(probe(program).check(ID), code('BadImage'), program);
});

test('a path is looked at by others alone; only a video is played by the probe', async () => {
  const asked: string[] = [];
  const pictures = (kind: 'picture' | 'video'): NamedPictures => ({
    reach: async (path) => void asked.push(`reach ${path}`),
    decode: async (path) => {
      asked.push(`decode ${path}`);
      return kind;
    },
  });
  const module = join(folder, 'words.mjs');
  const words = 'JSON.stringify(process.argv.slice(2))';
  writeFileSync(
    module,
    `console.log(JSON.stringify({ ok: false, error: { code: 'BadImage', message: ${words} } }));`,
  );
  const path = '/nothing/of/the/kind';
  await new Probe(module, pictures('picture')).reach(path);
  await new Probe(module, pictures('picture')).check(path);
  await assert.rejects(
    new Probe(module, pictures('video')).check(path),
    ({ message }: Error) => message === JSON.stringify(['background', path, '', 'video']),
  );
  assert.deepEqual(asked, [`reach ${path}`, `decode ${path}`, `decode ${path}`]);
});

test('a list of models: whole rows only, cut to size', async () => {
  const row = {
    name: 'm',
    title: 'M',
    licence: 'MIT',
    source: 'user',
    usable: false,
    problem: 'p',
    width: 256,
    height: 144,
    output: 'probability',
    crop: 'follow',
  };
  const odd = { name: 'odd', usable: true, title: `a\0${'x'.repeat(600)}`, width: -1, height: 'big' };
  const models = [row, odd, { ...row, name: '' }, { ...row, usable: 1 }, null, 'm'];
  const [first, second, ...rest] = await says({ ok: true, models }).listModels();
  assert.deepEqual(first, row);
  assert.deepEqual(rest, []);
  assert.equal(second?.title.length, 500);
  assert.doesNotMatch(second?.title ?? '', /\0/);
  assert.deepEqual([second?.width, second?.height, second?.problem], [0, 0, '']);
  assert.deepEqual(await says({ ok: true, models: 'none' }).listModels(), []);
});

test('the gallery: whole rows only', async () => {
  const row = { id: 'builtin:hills', name: 'Hills', kind: 'still' };
  const odd = [{ ...row, id: 'hills' }, { ...row, kind: 'film' }, { ...row, name: '' }, null, 7];
  assert.deepEqual(await says({ ok: true, backgrounds: [row, ...odd] }).listGallery(), [row]);
  await assert.rejects(probe('process.abort()').listGallery(), code('Failed'));
});

test('whoever asks while a list is made gets that list', async () => {
  const row = {
    name: 'm',
    usable: true,
    source: '',
    licence: '',
    problem: '',
    width: 1,
    height: 1,
    output: '',
    crop: '',
  };
  const asked = probe(`
    const row = ${JSON.stringify(row)};
    console.log(JSON.stringify({ ok: true, models: [{ ...row, title: String(process.pid) }] }));`);
  const [first, second] = await Promise.all([asked.listModels(), asked.listModels()]);
  assert.equal(first.length, 1);
  assert.equal(first[0]?.title, second[0]?.title, 'one process is asked');
});

test('a model is what the probe has run', async () => {
  await says({ ok: true }).checkModel('m');
  const error = { code: 'UnknownModel', message: 'no such model' };
  await assert.rejects(says({ ok: false, error }).checkModel('m'), code('UnknownModel'));
  await assert.rejects(probe('process.abort()').checkModel('m'), code('BadModel'));
});

test("the format is the camera's where that makes sense", async () => {
  const answer = { ok: true, width: 640, height: 480, frameRate: 15, id: 'usb', name: 'Camera' };
  assert.deepEqual(await says(answer).cameraFormat('', ''), { width: 640, height: 480, frameRate: 15 });
  for (const wrong of [
    { width: 641 },
    { height: 0 },
    { width: '640' },
    { frameRate: 0 },
    { frameRate: 1e9 },
    { ok: false },
  ]) {
    assert.deepEqual(
      await says({ ...answer, ...wrong }).cameraFormat('', ''),
      undefined,
      JSON.stringify(wrong),
    );
  }
  assert.deepEqual(await probe('process.exit(1)').cameraFormat('', ''), undefined);
});

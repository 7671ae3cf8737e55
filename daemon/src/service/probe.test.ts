import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../shared/errors.js';
import { Probe } from './probe.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-probe-'));
after(() => rmSync(folder, { recursive: true }));
const image = join(folder, 'image');
writeFileSync(image, 'image');

/** A probe that runs this program. */
function probe(program: string): Probe {
  const module = join(folder, 'probe.mjs');
  writeFileSync(module, program);
  return new Probe(module);
}

const says = (answer: unknown): Probe => probe(`console.log(${JSON.stringify(JSON.stringify(answer))})`);
const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

test('a background is what the probe can show', async () => {
  await says({ ok: true }).check(image);
  await assert.rejects(
    says({ ok: false, error: { code: 'BadImage', message: 'torn' } }).check(image),
    /torn/,
  );
});

test('a probe that dies of the image, or says something else, means a bad image', async () => {
  const programs = [
    'process.kill(process.pid, "SIGSEGV")',
    'process.exit(0)',
    'console.log("[")',
    'console.log("null")',
  ];
  for (const program of programs)
    await assert.rejects(probe(program).check(image), code('BadImage'), program);
});

test('what is not a readable file does not reach the probe', async () => {
  const unused = probe('throw new Error("asked")');
  await assert.rejects(unused.check(join(folder, 'nothing')), code('UnknownBackground'));
  await assert.rejects(unused.check(join(image, 'below')), code('UnknownBackground'));
  await assert.rejects(unused.check(folder), code('BadImage'));
  for (const path of ['/dev/zero', '/proc/self/environ', '/proc/version']) {
    await assert.rejects(unused.check(path), code('BadImage'), path);
  }
});

test('a file that the user may not read', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'image');
  chmodSync(secret, 0);
  const program = join(folder, 'ask.mjs');
  writeFileSync(
    program,
    `import { Probe } from ${JSON.stringify(new URL('./probe.js', import.meta.url).href)};
    await new Probe('unused').check(${JSON.stringify(secret)}).catch(({ code, message }) => console.log(code, message));`,
  );
  // Root may read everything unless it gives that up; Node will not change its own user (CVE-2024-22017).
  const asOwner = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-all'];
  const [file = '', ...args] = [...(process.getuid?.() === 0 ? asOwner : []), process.execPath, program];
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  assert.match(stdout, /^UnknownBackground .*own user may not read/, stderr);
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
  const log = join(folder, 'asked');
  writeFileSync(log, '');
  const asked = probe(`
    import { appendFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(log)}, 'x');
    console.log('{"ok":true,"models":[]}');`);
  assert.deepEqual(await Promise.all([asked.listModels(), asked.listModels()]), [[], []]);
  assert.equal(readFileSync(log, 'utf8'), 'x');
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

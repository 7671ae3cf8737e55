import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { landlockVersion } from '@backscrub/native';
import { frameCache } from '../shared/derived-caches.js';
import { BackscrubError, type ErrorCode } from '../shared/errors.js';
import { backgroundKey, pictureBytes } from '../shared/prepared-picture.js';
import { smallPng } from './backgrounds/testing/png.js';
import { DecodedPictures } from './named-pictures.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-pictures-'));
after(() => rmSync(folder, { recursive: true }));
const SIZE = { width: 1280, height: 720 };
const image = join(folder, 'image.png');
writeFileSync(image, smallPng(64, 36, 255));
const cache = join(folder, 'cache');
process.env['CACHE_DIRECTORY'] = cache;
beforeEach(() => rmSync(cache, { recursive: true, force: true }));

/** A decoder that runs this program. */
function decoder(program: string): DecodedPictures {
  const module = join(folder, 'decoder.mjs');
  writeFileSync(module, program);
  return new DecodedPictures(module);
}

const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;
const key = () => backgroundKey(image, statSync(image), SIZE, { x: 0.5, y: 0.5 });
const kept = () => frameCache()?.read(key());

test('what is decoded is kept where the engine finds it, and is not decoded again', async () => {
  assert.equal(await new DecodedPictures().decode(image), 'picture');
  const frame = await kept();
  assert.equal(frame?.length, pictureBytes(SIZE));
  assert.ok((frame?.[0] ?? 0) > 230, 'white');
  assert.equal(await decoder('process.abort()').decode(image), 'picture');
  assert.equal(readdirSync(join(cache, 'backgrounds')).length, 1, 'nothing else is left');
});

test('one process decodes, and has the file and nothing else', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'other');
  const program = `
    import { readFileSync } from 'node:fs';
    const of = (path) => { try { return readFileSync(path, 'latin1').length } catch { return -1 } };
    const message = [of('/proc/self/fd/3'), of(${JSON.stringify(other)}), process.ppid].join();
    console.log(JSON.stringify({ ok: false, error: { code: 'BadImage', message } }));`;
  await assert.rejects(decoder(program).decode(image), ({ message }: Error) => {
    const [input, beside, parent] = message.split(',');
    assert.deepEqual([input, parent], [String(statSync(image).size), String(process.pid)]);
    // Without Landlock the file beside it can be read.
    if (landlockVersion() > 0) assert.equal(beside, '-1');
    return true;
  });
});

test('a decoder that dies of the file, or says something else, means a bad image', async () => {
  const programs = [
    'process.kill(process.pid, "SIGSEGV")',
    'process.exit(0)',
    'console.log("[")',
    'console.log("null")',
    `console.log('{"ok":true,"kind":"still"}')`,
    `console.log('{"ok":true,"kind":"film"}')`,
  ];
  for (const program of programs)
    await assert.rejects(decoder(program).decode(image), code('BadImage'), program);
  assert.equal(await kept(), undefined);
});

test('a video is only told; what is no picture, or not there, is an error', async () => {
  assert.equal(await decoder(`console.log('{"ok":true,"kind":"video"}')`).decode(image), 'video');
  const text = join(folder, 'text');
  writeFileSync(text, 'text');
  await assert.rejects(new DecodedPictures().decode(text), code('BadImage'));
  const unasked = decoder(`console.log('{"ok":true,"kind":"video"}')`);
  await assert.rejects(unasked.decode(join(folder, 'nothing')), code('UnknownBackground'));
  await assert.rejects(unasked.reach(folder), code('BadImage'));
  await unasked.reach(image);
});

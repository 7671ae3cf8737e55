import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CacheFolder } from '../shared/cache-folder.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import type { Wrapped } from './onnx/wrap.js';
import { prepareModel } from './prepare.js';
import { prepareCached } from './prepared-cache.js';
import { type ResolvedModel, resolveModel } from './registry.js';
import { Segmenter } from './segmenter.js';

describe('prepareCached', () => {
  let folder: string;
  let cache: CacheFolder;
  let resolved: ResolvedModel;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backscrub-prepared-'));
    cache = new CacheFolder(folder, 2);
    resolved = await resolveModel(DEFAULT_MODEL);
  });
  after(() => rm(folder, { recursive: true }));

  /** Everything that a session needs. */
  function plain({ onnx, mapWidth, mapHeight, inputShape, outputShape, raw, states }: Wrapped) {
    return { onnx: Buffer.from(onnx), mapWidth, mapHeight, inputShape, outputShape, raw, states };
  }

  it('gives the same model again, from the file', async () => {
    const made = plain(prepareModel(resolved));
    const first = await prepareCached(resolved, undefined, cache);
    const [file] = await readdir(folder);
    assert.ok(file);
    const second = await prepareCached(resolved, undefined, cache);
    for (const { onnx, mapWidth, mapHeight, inputShape, outputShape, raw, states } of [first, second]) {
      assert.deepEqual(
        { onnx: Buffer.from(onnx), mapWidth, mapHeight, inputShape, outputShape, raw, states },
        made,
      );
    }
    assert.ok(!('tflite' in second), 'the second was read');
  });

  it('makes it again when the file is damaged', async () => {
    const [file = ''] = await readdir(folder);
    const path = join(folder, file);
    const content = await readFile(path);
    content[content.length - 100] = (content[content.length - 100] ?? 0) ^ 1;
    await writeFile(path, content);
    assert.ok('tflite' in (await prepareCached(resolved, undefined, cache)), 'it was made');
  });

  it('keeps models apart', async () => {
    const other = await prepareCached(await resolveModel('selfie_segmentation_landscape'), undefined, cache);
    assert.deepEqual([other.mapWidth, other.mapHeight], [256, 144]);
    assert.equal((await readdir(folder)).length, 2);
  });

  for (const name of [DEFAULT_MODEL, 'selfie_segmentation_landscape']) {
    it(`simplified, ${name} sees what it sees otherwise, and leaves one file`, async (context) => {
      const other = await mkdtemp(join(tmpdir(), 'backscrub-prepared-'));
      context.after(() => rm(other, { recursive: true }));
      const maps: number[][] = [];
      for (const folders of [undefined, other, other]) {
        if (folders === undefined) delete process.env['CACHE_DIRECTORY'];
        else process.env['CACHE_DIRECTORY'] = folders;
        const segmenter = await Segmenter.load(name);
        for (let i = 0; i < segmenter.input.length; i++) segmenter.input[i] = ((i * 37) % 256) / 255;
        maps.push([...(await segmenter.run())]);
        await segmenter.close();
      }
      delete process.env['CACHE_DIRECTORY'];
      const [plainly = [], made, read] = maps;
      const off = (map: readonly number[] = []) =>
        Math.max(...plainly.map((value, i) => Math.abs(value - (map[i] ?? NaN))));
      assert.ok(off(made) < 1e-4, `made: off by ${off(made)}`);
      assert.ok(off(read) < 1e-4, `read: off by ${off(read)}`);
      const files = await readdir(join(other, 'models'));
      assert.equal(files.length, 1);
      const kept = await readFile(join(other, 'models', files[0] ?? ''));
      assert.ok(
        !kept.includes(Buffer.from(prepareModel(await resolveModel(name)).onnx)),
        'it is kept as it was',
      );
    });
  }

  it('keeps what cannot be simplified as it is', async (context) => {
    const other = await mkdtemp(join(tmpdir(), 'backscrub-prepared-'));
    context.after(() => rm(other, { recursive: true }));
    const refuse = () => Promise.reject(new Error('no such operator'));
    const made = await prepareCached(resolved, refuse, new CacheFolder(other, 2));
    assert.deepEqual(plain(made), plain(prepareModel(resolved)));
    assert.equal((await readdir(other)).length, 1, 'kept');
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CacheFolder } from '../shared/cache-folder.js';
import { DEFAULT_MODEL } from '../shared/names.js';
import { prepareModel } from './prepare.js';
import { prepareCached } from './prepared-cache.js';
import { type ResolvedModel, resolveModel } from './registry.js';

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
  function plain({
    onnx,
    mapWidth,
    mapHeight,
    inputShape,
    outputShape,
    raw,
    states,
  }: ReturnType<typeof prepareModel>) {
    return { onnx: Buffer.from(onnx), mapWidth, mapHeight, inputShape, outputShape, raw, states };
  }

  it('gives the same model again, from the file', async () => {
    const made = plain(prepareModel(resolved));
    const first = await prepareCached(resolved, cache);
    const [file] = await readdir(folder);
    assert.ok(file);
    const second = await prepareCached(resolved, cache);
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
    assert.ok('tflite' in (await prepareCached(resolved, cache)), 'it was made');
  });

  it('keeps models apart', async () => {
    const other = await prepareCached(await resolveModel('selfie_segmentation_landscape'), cache);
    assert.deepEqual([other.mapWidth, other.mapHeight], [256, 144]);
    assert.equal((await readdir(folder)).length, 2);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import sharp from 'sharp';
import { CacheFolder } from '../../shared/cache-folder.js';
import { backgroundKey } from '../../shared/prepared-picture.js';
import { CENTRE } from './background.js';
import { loadBackground } from './load.js';

const WIDTH = 32;
const HEIGHT = 16;
const BYTES = (WIDTH * HEIGHT * 3) / 2;

/** The conversion from RGB rounds; the kept values of these tests are far from either. */
function assertNear(actual: number, wanted: number): void {
  assert.ok(Math.abs(actual - wanted) <= 2, `${actual}, not ${wanted}`);
}

describe('the cache of backgrounds', () => {
  let folder: string;
  let cache: CacheFolder;
  let picture: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'backscrub-cache-'));
    cache = new CacheFolder(join(folder, 'cache'), 8);
    picture = join(folder, 'picture.png');
    await paint('#ff0000');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function paint(colour: string): Promise<void> {
    await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: colour } }).toFile(
      picture,
    );
  }

  async function luma(): Promise<number> {
    const frame = await (await loadBackground(picture, WIDTH, HEIGHT, { cache })).frame(0);
    const bytes = Buffer.alloc(BYTES);
    frame.storeI420(bytes);
    return bytes[0] ?? -1;
  }

  async function keyOf(): Promise<string> {
    return backgroundKey(picture, await stat(picture), { width: WIDTH, height: HEIGHT }, CENTRE);
  }

  it('uses what it kept', async () => {
    assertNear(await luma(), 81);
    await cache.write(await keyOf(), Buffer.alloc(BYTES, 77));
    assert.equal(await luma(), 77);
  });

  it('does not use what belongs to an earlier state of the file', async () => {
    assertNear(await luma(), 81);
    await paint('#0000ff');
    await utimes(picture, new Date(), new Date(Date.now() + 5000));
    assertNear(await luma(), 41);
  });

  it('does not use what is cut off', async () => {
    await luma();
    await writeFile(join(folder, 'cache', await keyOf()), Buffer.alloc(BYTES / 2));
    assertNear(await luma(), 81);
  });

  it('keeps the last few only, the used ones longest', async () => {
    const first = await keyOf();
    await luma();
    for (let i = 0; i < 12; i++) {
      await cache.write(`${i}`, Buffer.alloc(BYTES, i));
      await utimes(join(folder, 'cache', `${i}`), i, i);
      assert.ok(await cache.read(first), `still there after ${i}`);
    }
    assert.equal((await readdir(join(folder, 'cache'))).length, 8);
  });

  it('does without a folder that cannot be made', async () => {
    cache = new CacheFolder(join(picture, 'no-folder'), 8);
    assertNear(await luma(), 81);
  });
});

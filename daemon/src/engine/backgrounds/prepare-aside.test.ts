import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CacheFolder } from '../../shared/cache-folder.js';
import { i420Of } from '../testing/files.js';
import { loadBackground } from './load.js';
import { prepareAside } from './prepare-aside.js';

const SIZE = { width: 320, height: 192 };
const folder = mkdtempSync(join(tmpdir(), 'backscrub-aside-'));
process.env['CACHE_DIRECTORY'] = folder;
after(() => rmSync(folder, { recursive: true }));

test('what another process has put into the cache is what is drawn here', async () => {
  const spec = 'builtin:hills';
  const here = await loadBackground(spec, SIZE.width, SIZE.height, {
    cache: new CacheFolder(join(folder, 'own'), 4),
  });
  await prepareAside(spec, SIZE);
  assert.equal(readdirSync(join(folder, 'backgrounds')).length, 1);
  let asked = 0;
  const aside = async (): Promise<void> => {
    asked++;
  };
  const there = await loadBackground(spec, SIZE.width, SIZE.height, { aside });
  assert.equal(asked, 0, 'it was in the cache');
  assert.deepEqual(i420Of(there.frame(0)), i420Of(here.frame(0)));
  await Promise.all([here.close(), there.close()]);
});

test('what is not there yet is asked for once, and made here when that leaves nothing', async () => {
  const asked: string[] = [];
  const aside = async (spec: string): Promise<void> => {
    asked.push(spec);
  };
  const background = await loadBackground('builtin:bokeh', SIZE.width, SIZE.height, { aside });
  assert.deepEqual(asked, ['builtin:bokeh']);
  await background.close();
});

test('its errors are those of a background that cannot be shown', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'backscrub-aside-file-'));
  after(() => rmSync(elsewhere, { recursive: true }));
  const text = join(elsewhere, 'text.png');
  writeFileSync(text, 'no picture');
  await assert.rejects(prepareAside(text, SIZE), { code: 'BadImage' });
  await assert.rejects(prepareAside('builtin:none', SIZE), { code: 'UnknownBackground' });
});

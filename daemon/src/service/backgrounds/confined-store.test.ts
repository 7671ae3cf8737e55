/** A user's own background through the processes that decode it, each with the confinement that the service gives it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askHelper } from '../../children/ask-helper.js';
import { engineConfinement } from '../../children/confinements.js';
import { Probe } from '../probe.js';
import { openStore } from './open.js';
import { smallPng } from './testing/png.js';
import { checkThumbnail } from './thumbnail.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-confined-store-'));
after(() => rmSync(root, { recursive: true }));
const [state, cache] = [join(root, 'state'), join(root, 'cache')];
process.env['STATE_DIRECTORY'] = state;
process.env['CACHE_DIRECTORY'] = cache;

const engine = (file: string): string => fileURLToPath(new URL(`../../engine/${file}`, import.meta.url));
const probe = new Probe(engine('probe.js'));
const store = openStore(
  { importModule: engine('import-main.js') },
  async () => [],
  'test',
  () => {},
);

/** What the engine says that loads it, as confined as it is. */
async function loadInEngine(background: string): Promise<unknown> {
  const module = join(root, 'load.mjs');
  writeFileSync(
    module,
    `import { loadBackground } from ${JSON.stringify(engine('backgrounds/load.js'))};
     const answer = await loadBackground(process.argv[2], 320, 180).then(
       async (background) => { await background.close(); return 'loaded'; },
       (error) => error.code + ': ' + error.message,
     );
     console.log(JSON.stringify({ answer }));`,
  );
  const confinement = engineConfinement();
  return (await askHelper(module, [background], { timeout: 20_000, confinement }))['answer'];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

test("a user's own is drawn, tried and loaded, and nothing is left of it when it is removed", async () => {
  mkdirSync(state);
  mkdirSync(cache);
  await store.tidy();
  const tidy = filesIn(cache);
  const [user, other] = [store.of(1000), store.of(1001)];
  const id = await user.import('Small', smallPng(32, 18), {});
  assert.deepEqual(readdirSync(join(state, 'backgrounds')), ['user-1000']);
  await checkThumbnail(await user.thumbnail(id, 128), 128);
  await probe.check(id);
  assert.equal(await loadInEngine(id), 'loaded');
  const kept = readdirSync(join(cache, 'backgrounds', id));
  assert.equal(kept.length, 2, 'as the probe and as the engine need it');
  assert.equal(readdirSync(join(cache, 'thumbnails', id)).length, 1);
  await assert.rejects(other.thumbnail(id, 128), { code: 'UnknownBackground' });
  await user.remove(id);
  assert.deepEqual([filesIn(state), filesIn(cache)], [[], tidy]);
  await assert.rejects(probe.check(id), { code: 'UnknownBackground' });
});

test("what lies in the service's folders is not there by its path, whatever leads to it", async () => {
  const id = await store.of(1000).import('Small', smallPng(32, 18), {});
  const picture = join(state, 'backgrounds/user-1000', `${id}.webp`);
  const [link, through] = [join(root, 'link.webp'), join(root, 'folder')];
  symlinkSync(picture, link);
  symlinkSync(state, through);
  for (const path of [picture, link, join(through, 'backgrounds/user-1000', `${id}.webp`)]) {
    await assert.rejects(probe.reach(path), { code: 'UnknownBackground' });
    await assert.rejects(probe.check(path), { code: 'UnknownBackground' });
    assert.equal(await loadInEngine(path), `UnknownBackground: There is no file ${path}.`);
  }
  const elsewhere = join(root, 'elsewhere.png');
  writeFileSync(elsewhere, smallPng(32, 18));
  await probe.check(elsewhere);
  assert.equal(await loadInEngine(elsewhere), 'loaded');
});

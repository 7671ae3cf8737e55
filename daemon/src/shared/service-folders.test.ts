import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isOfService } from './service-folders.js';

const root = mkdtempSync(join(tmpdir(), 'backscrub-own-'));
after(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'state/backgrounds'), { recursive: true });
mkdirSync(join(root, 'state-of-others'));
writeFileSync(join(root, 'state/backgrounds/picture'), 'x');
writeFileSync(join(root, 'state-of-others/picture'), 'x');
symlinkSync('state', join(root, 'private'));
symlinkSync(join(root, 'state/backgrounds/picture'), join(root, 'link'));

async function isOwn(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const handle = await open(path);
  try {
    return await isOfService(handle, env);
  } finally {
    await handle.close();
  }
}

test('a file in the folders of the service, by whatever path', async () => {
  const env = { STATE_DIRECTORY: join(root, 'private'), CACHE_DIRECTORY: '' };
  for (const path of ['state/backgrounds/picture', 'private/backgrounds/picture', 'link'])
    assert.equal(await isOwn(join(root, path), env), true, path);
  assert.equal(await isOwn(`/proc/self/root${join(root, 'state/backgrounds/picture')}`, env), true);
  assert.equal(await isOwn(join(root, 'state-of-others/picture'), env), false);
  assert.equal(await isOwn(join(root, 'link'), {}), false, 'outside the service there are none');
});

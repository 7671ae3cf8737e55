import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import sharp from 'sharp';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-decode-'));
after(() => rmSync(folder, { recursive: true }));

/** libvips is what decodes them: a process that has never loaded it has decoded nothing. */
test('a picture and an animation are shown by a process that has no decoder in it', async () => {
  const picture = sharp({ create: { width: 64, height: 36, channels: 3, background: '#ff0000' } });
  await picture.png().toFile(join(folder, 'still.png'));
  const page = (level: number) => Buffer.alloc(64 * 36 * 3, level);
  await sharp(Buffer.concat([page(0), page(255)]), {
    raw: { width: 64, height: 72, channels: 3, pageHeight: 36 },
  })
    .gif({ delay: [100, 100], loop: 0 })
    .toFile(join(folder, 'moving.gif'));
  const script = `
    import { readFileSync } from 'node:fs';
    import { loadBackground } from '@backscrub/daemon/engine/backgrounds/load.js';
    const found = [];
    for (const name of ['still.png', 'moving.gif']) {
      const background = await loadBackground(${JSON.stringify(folder)} + '/' + name, 64, 36);
      const rgb = Buffer.alloc(64 * 36 * 3);
      const at = (ms) => { background.frame(ms).storeRgb(rgb); return rgb[0] > 128 ? 'bright' : 'dark'; };
      found.push(at(0), at(150));
      await background.close();
    }
    console.log(found.join(' '), readFileSync('/proc/self/maps', 'latin1').includes('vips'));`;
  const env = { ...process.env, CACHE_DIRECTORY: join(folder, 'cache') };
  const options = { encoding: 'utf8', env } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  assert.equal(stdout.trim(), 'bright bright dark bright false', stderr);
  const left = readdirSync(join(folder, 'cache/backgrounds'));
  assert.equal(left.length, 1, 'the picture is kept, and nothing else is left');
});

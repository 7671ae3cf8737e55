import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { GALLERY_WIDTHS, galleryThumbnail } from '../shared/gallery-thumbnails.js';
import { galleryList } from './backgrounds/gallery/index.js';

const program = (name: string) => fileURLToPath(new URL(name, import.meta.url));

test('the build draws each picture of the gallery in each width, as the service would', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'backscrub-gallery-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'gallery');
  mkdirSync(folder);
  writeFileSync(join(folder, 'one-that-is-gone-160.png'), '');
  execFileSync(process.execPath, [program('gallery-thumbnails-main.js'), folder]);
  const expected = galleryList().flatMap(({ id }) =>
    GALLERY_WIDTHS.map((width) => galleryThumbnail(id, width)),
  );
  assert.deepEqual(readdirSync(folder).sort(), expected.sort());
  for (const width of GALLERY_WIDTHS) {
    const file = join(folder, `hills-${width}.png`);
    const { width: across, height } = await sharp(file).metadata();
    assert.deepEqual([across, height], [width, (width * 9) / 16]);
    const task = ['thumbnail', root, 'builtin:hills', String(width)];
    execFileSync(process.execPath, [program('import-main.js'), ...task]);
    assert.ok(readFileSync(file).equals(readFileSync(join(root, 'thumbnail'))), `${width} across`);
  }
  assert.equal(galleryThumbnail('builtin:hills', 161), undefined);
  assert.equal(galleryThumbnail('builtin:../hills', 160), undefined);
});

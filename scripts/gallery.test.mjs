// What the extension asks for is what the build has drawn: no type ties the two together.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { galleryList } from '../daemon/dist/engine/backgrounds/gallery/index.js';
import { galleryThumbnail } from '../daemon/dist/shared/gallery-thumbnails.js';
import { root } from './lib/project.mjs';

for (const file of ['shell/thumbnails.ts', 'prefs/background-tile.ts']) {
  test(`each picture of the gallery is there in the width of ${file}`, () => {
    const source = readFileSync(join(root, 'gnome-extension/src', file), 'utf8');
    const width = Number(/^const WIDTH = (\d+);$/m.exec(source)?.[1]);
    for (const { id } of galleryList()) {
      const name = galleryThumbnail(id, width);
      assert.ok(name !== undefined, `${id} is not drawn ${width} across`);
      assert.ok(existsSync(join(root, 'daemon/bundle/gallery', name)), `${name} is absent`);
    }
  });
}

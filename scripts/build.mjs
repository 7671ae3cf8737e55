// Builds the addon and all TypeScript, as far as they are not up to date. `--native` or `--ts` for one of them.
import { existsSync } from 'node:fs';
import { buildAddon, buildBundle, buildTypeScript, drawGallery } from './lib/build.mjs';
import { addonPath } from './lib/project.mjs';

const only = process.argv[2];
if (only !== '--ts') await buildAddon();
if (only !== '--native') {
  await buildTypeScript();
  await buildBundle();
  // It takes the addon to draw.
  if (existsSync(addonPath)) await drawGallery();
}

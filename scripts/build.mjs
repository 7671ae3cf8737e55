// Builds the addon and all TypeScript, as far as they are not up to date. `--native` or `--ts` for one of them.
import { buildAddon, buildBundle, buildTypeScript } from './lib/build.mjs';

const only = process.argv[2];
if (only !== '--ts') await buildAddon();
if (only !== '--native') {
  await buildTypeScript();
  await buildBundle();
}

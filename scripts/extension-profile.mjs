// What opening the extension's menu costs a headless GNOME Shell: `npm run bench:menu`. Needs root, for a chroot.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assemble } from './lib/extension.mjs';
import { fail, root } from './lib/project.mjs';

if (process.getuid?.() !== 0) fail('this needs root, to make and enter a chroot: run it again with sudo.');
await assemble({ compiledSchemas: true });
await import(pathToFileURL(join(root, 'test/dist/shell/menu-profile.js')).href);

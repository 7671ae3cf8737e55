// Pictures of the extension in a headless GNOME Shell: extension-screenshots.mjs [FOLDER [SETTING...]]. Needs root, for a chroot.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assemble } from './lib/extension.mjs';
import { fail, root } from './lib/project.mjs';

if (process.getuid?.() !== 0) fail('this needs root, to make and enter a chroot: run it again with sudo.');
await assemble({ compiledSchemas: true });
await import(pathToFileURL(join(root, 'test/dist/shell/screenshots.js')).href);

// The extension in a headless GNOME Shell: builds what that needs, then runs test/dist/shell. Needs root, for a chroot.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { assemble } from './lib/extension.mjs';
import { fail, filesUnder, root } from './lib/project.mjs';
import { hasCommand } from './lib/system-packages.mjs';

if (process.getuid?.() !== 0) fail('this needs root, to make and enter a chroot: run it again with sudo.');
if (!hasCommand('mmdebstrap')) fail('mmdebstrap is needed: apt-get install mmdebstrap');
await assemble({ compiledSchemas: true });
const files = filesUnder(join(root, 'test/dist/shell')).filter((file) => file.endsWith('.test.js'));
const words = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-concurrency=1', '--test-reporter=spec', ...words, ...files],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
process.exit(status ?? 1);

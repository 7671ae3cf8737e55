// Formats native/src; with --check only says which files are not formatted.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fail, filesUnder, root } from './lib/project.mjs';
import { hasCommand } from './lib/system-packages.mjs';

const check = process.argv.includes('--check');
if (!hasCommand('clang-format')) {
  const text =
    'clang-format is not installed: the C++ files were not looked at. `npm run setup -- --lint` installs it.';
  if (process.env.CI === 'true') fail(text);
  process.stdout.write(`${text}\n`);
  process.exit(0);
}
const files = filesUnder(join(root, 'native/src')).filter((file) => /\.(cc|h)$/.test(file));
const { status } = spawnSync('clang-format', [...(check ? ['--dry-run', '--Werror'] : ['-i']), ...files], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

// Checks the types of the GNOME extension against every version of GNOME Shell that it names in its metadata. The types of
// each version are kept in the user's cache. Words choose versions: `npm run extension:types -- 45 50`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { source } from './lib/extension.mjs';
import { fail, readJson, root } from './lib/project.mjs';
import { step } from './lib/step.mjs';

/** Generation of the libraries' types that the packages of GNOME 45 to 48 were made with, or the nearest that exists. */
const RC = '4.0.0-rc.15';

/**
 * For each version the package, and the libraries that carry the shell's own version in their name. For 49 and 50 the
 * registry lacks some of the packages that those of the shell ask for: the next version stands in for them.
 */
const SHELLS = {
  45: [
    '45.0.0-beta9',
    mutter(13, '13.0.0-3.2.7', ['cally', 'coglpango']),
    { 'nm-1.0': '1.45.1-3.2.7', 'json-1.0': '1.7.1-3.2.7' },
  ],
  46: ['46.0.2', mutter(14, '14.0.0-4.0.0-beta.19', ['cally', 'coglpango'])],
  47: ['47.0.2', mutter(15, '15.0.0-4.0.0-beta.38', ['cally', 'coglpango'])],
  48: ['48.0.4', mutter(16, `16.0.0-${RC}`)],
  49: [
    '49.1.0',
    mutter(17, '5.2.0'),
    { 'mtk-17': 'npm:@girs/mtk-18@4.7.0', 'cogl-17': 'npm:@girs/cogl-18@4.7.0', ...giounix() },
  ],
  50: ['50.0.4', mutter(18, '5.2.0'), { 'mtk-18': '4.7.0', 'cogl-18': '4.7.0', ...giounix() }],
};

function mutter(generation, version, more = []) {
  const names = ['clutter', 'cogl', 'mtk', 'meta', 'shell', 'st', ...more];
  return Object.fromEntries(names.map((name) => [`${name}-${generation}`, version]));
}

function giounix() {
  return { 'giounix-2.0': `npm:@girs/gio-2.0@2.88.0-${RC}` };
}

async function install(version) {
  const [shell, own, other = {}] = SHELLS[version];
  const shared = Object.entries(readJson(join(source, 'package.json')).overrides).filter(
    ([name]) => !/^@girs\/(clutter|cogl|mtk|meta|shell|st)-\d+$/.test(name),
  );
  const extra = Object.entries({ ...own, ...other }).map(([name, value]) => [`@girs/${name}`, value]);
  const text = JSON.stringify({
    private: true,
    dependencies: { '@girs/gnome-shell': shell },
    overrides: Object.fromEntries([...shared, ...extra]),
  });
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const key = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = join(cache, 'backscrub/types', `${shell}-${key}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'package.json'), text);
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await step(`installing the types of GNOME ${version}`, 'npm', args, { cwd: unfinished });
  renameSync(unfinished, folder);
  return folder;
}

const offered = readJson(join(source, 'metadata.json'))['shell-version'];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : offered;
let failed = 0;
for (const version of wanted) {
  if (SHELLS[version] === undefined) fail(`the types of GNOME ${version} are not known to this script.`);
  const folder = await install(version);
  // Beside the types, since that is where the compiler looks for them.
  const copy = join(folder, `check-${process.pid}`);
  cpSync(join(source, 'src'), join(copy, 'src'), { recursive: true });
  const config = readJson(join(source, 'tsconfig.shell.json'));
  writeFileSync(
    join(copy, 'tsconfig.json'),
    JSON.stringify({ ...config, extends: join(root, 'tsconfig.base.json') }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', copy, '--noEmit'], {
    cwd: copy,
    encoding: 'utf8',
  });
  rmSync(copy, { recursive: true });
  process.stdout.write(`GNOME ${version}: ${status === 0 ? 'fits' : `does not fit\n${stdout}`}\n`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;

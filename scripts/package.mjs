// Makes a Debian package of the built tree: npm run package [-- --output DIR]
// It holds what install:system puts into place, with the dependencies of the system it was built on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fail, filesUnder, readJson, root } from './lib/project.mjs';
import { hasCommand } from './lib/system-packages.mjs';

const USAGE = 'npm run package [-- --output DIR]';
const SCRIPTS = ['postinst', 'prerm', 'postrm'];

function outputFolder(words) {
  if (words.length === 0) return join(root, 'build');
  const [name, inline] = words[0].split(/=(.*)/s);
  const folder = inline ?? words[1];
  if (name !== '--output' || !folder || words.length > (inline === undefined ? 2 : 1))
    fail(`usage: ${USAGE}`);
  return resolve(folder);
}

/** Runs a command and gives what it printed; ends with its complaint when it fails. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed: ${(error?.message ?? stderr).trim()}`);
  return stdout.trim();
}

/** Packages with the libraries that our binaries are linked to, as the packager's tools of this system say. */
function libraries(stage, scratch) {
  const binaries = filesUnder(stage).filter((file) => {
    if (!/\.(node|so)([.\d]*)$|\/backscrub-confine$/.test(file)) return false;
    return readFileSync(file).subarray(0, 4).toString('latin1') === '\x7fELF';
  });
  // What comes along in node_modules is found there, not in packages.
  const own = [...new Set(binaries.map(dirname))].map((folder) => `-l${folder}`);
  mkdirSync(join(scratch, 'debian'));
  writeFileSync(
    join(scratch, 'debian/control'),
    'Source: backscrub\n\nPackage: backscrub\nArchitecture: any\n',
  );
  const words = ['-O', '--ignore-missing-info', ...own, ...binaries.map((file) => `-e${file}`)];
  const text = run('dpkg-shlibdeps', words, { cwd: scratch });
  const found = /^shlibs:Depends=(.+)$/m.exec(text)?.[1];
  if (found === undefined) fail('dpkg-shlibdeps found no libraries that the package depends on.');
  return found;
}

/** The time of the last commit, so that the same tree makes the same package. */
function sourceDate() {
  const given = Number(process.env.SOURCE_DATE_EPOCH);
  if (given > 0) return given;
  const { stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return Number(stdout) > 0 ? Number(stdout) : Math.floor(Date.now() / 1000);
}

function writeDocumentation(stage, version, date) {
  const folder = join(stage, 'usr/share/doc/backscrub');
  const when = new Date(date * 1000).toUTCString().replace('GMT', '+0000');
  const entry = `backscrub (${version}) unstable; urgency=medium\n\n  * See NEWS.md.\n\n -- The backscrub authors <backscrub@localhost>  ${when}\n`;
  writeFileSync(join(folder, 'changelog.gz'), gzipSync(entry, { level: 9 }));
  writeFileSync(join(folder, 'copyright'), readFileSync(join(root, 'packaging/deb/copyright')));
  for (const file of filesUnder(join(stage, 'usr/share/man'))) {
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    rmSync(file);
  }
  // dpkg knows what it installed; install:system shall not think that it was the one.
  rmSync(join(stage, 'usr/lib/backscrub/installed-files'));
}

function writeControl(stage, values) {
  const folder = join(stage, 'DEBIAN');
  const files = filesUnder(stage);
  mkdirSync(folder);
  const control = readFileSync(join(root, 'packaging/deb/control'), 'utf8');
  writeFileSync(
    join(folder, 'control'),
    control.replace(
      /@(\w+)@/g,
      (_, name) => values[name] ?? fail(`packaging/deb/control asks for @${name}@.`),
    ),
  );
  for (const name of SCRIPTS) {
    writeFileSync(join(folder, name), readFileSync(join(root, 'packaging/deb', name)), { mode: 0o755 });
  }
  const sums = files.map((file) => {
    const sum = createHash('md5').update(readFileSync(file)).digest('hex');
    return `${sum}  ${relative(stage, file)}\n`;
  });
  writeFileSync(join(folder, 'md5sums'), sums.join(''));
}

/** Newer files than the source would make every build another package. */
function setTimes(stage, date) {
  for (const file of filesUnder(stage)) {
    if (lstatSync(file).mtimeMs / 1000 > date) utimesSync(file, date, date);
  }
}

const missing = ['dpkg-deb', 'dpkg-shlibdeps'].find((command) => !hasCommand(command));
if (missing !== undefined) {
  fail(
    `${missing} is absent: packages are made on Debian or Ubuntu (package dpkg-dev). Elsewhere: npm run install:system -- --destdir DIR.`,
  );
}
process.umask(0o022);
const output = outputFolder(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), 'backscrub-package-'));
try {
  const stage = join(scratch, 'stage');
  run(process.execPath, [join(root, 'scripts/install.mjs'), '--destdir', stage]);
  const { version } = readJson(join(root, 'package.json'));
  const architecture = run('dpkg', ['--print-architecture']);
  const date = sourceDate();
  writeDocumentation(stage, version, date);
  const bytes = filesUnder(stage).reduce((sum, file) => sum + lstatSync(file).size, 0);
  writeControl(stage, {
    VERSION: version,
    ARCHITECTURE: architecture,
    SIZE: String(Math.ceil(bytes / 1024)),
    LIBRARIES: libraries(stage, scratch),
  });
  setTimes(stage, date);
  mkdirSync(output, { recursive: true });
  const file = join(output, `backscrub_${version}_${architecture}.deb`);
  rmSync(file, { force: true });
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(date) },
  });
  const size = lstatSync(file).size / 1e6;
  process.stdout.write(`${file} (${size.toFixed(0)} MB)\nInstall it: sudo apt install ${file}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

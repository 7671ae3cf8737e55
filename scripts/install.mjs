// Installs the built tree: npm run install:system [-- --destdir DIR] [--prefix /usr] [--uninstall]
// Without --destdir also creates the user and tells systemd and the bus about the new files.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { systemFiles, systemFolders, target } from './lib/layout-table.mjs';
import { isNeeded, productionPackages } from './lib/production.mjs';
import { addonPath, confinePath, fail, filesUnder, root } from './lib/project.mjs';
import { hasCommand } from './lib/system-packages.mjs';

const USAGE = 'npm run install:system [-- [--destdir DIR] [--prefix /usr] [--uninstall]]';

function options(words) {
  const result = { destdir: '', prefix: '/usr', uninstall: false };
  for (let at = 0; at < words.length; at++) {
    const [name, inline] = words[at].split(/=(.*)/s);
    if (name === '--uninstall') result.uninstall = true;
    else if (name === '--destdir' || name === '--prefix') {
      const value = inline ?? words[++at];
      if (value === undefined || value === '') fail(`${name} needs a folder.\n${USAGE}`);
      result[name.slice(2)] = value;
    } else fail(`unknown option ${words[at]}.\n${USAGE}`);
  }
  if (!isAbsolute(result.prefix)) fail('--prefix must be an absolute path.');
  if (result.destdir !== '') result.destdir = resolve(result.destdir);
  return result;
}

const { destdir, prefix, uninstall } = options(process.argv.slice(2));
const home = join(prefix, 'lib/backscrub');
const manifest = join(home, 'installed-files');
const onDisk = (path) => join(destdir, path);
const installed = [];

function place(path, mode, write) {
  const full = onDisk(path);
  mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
  rmSync(full, { force: true });
  write(full);
  if (mode !== undefined) chmodSync(full, mode);
  installed.push(path);
}

function copy(from, path, executable = false) {
  place(path, executable ? 0o755 : 0o644, (full) => copyFileSync(from, full));
}

/** Copies the files of `folder` that `wanted` accepts (path relative to it). */
function copyFolder(folder, path, wanted) {
  for (const file of filesUnder(folder)) {
    const name = relative(folder, file);
    if (wanted(name)) copy(file, join(path, name), (lstatSync(file).mode & 0o111) !== 0);
  }
}

/** Removes what an earlier installation left, and folders that are empty then. */
function removeInstalled() {
  if (!existsSync(onDisk(manifest))) return false;
  const paths = readFileSync(onDisk(manifest), 'utf8').split('\n').filter(Boolean);
  const folders = new Set();
  for (const path of [...paths, manifest]) {
    rmSync(onDisk(path), { force: true });
    for (let up = dirname(path); up.startsWith(`${prefix}/`) && up !== prefix; up = dirname(up))
      folders.add(up);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    if (!folder.includes('backscrub')) continue;
    try {
      rmdirSync(onDisk(folder));
    } catch {
      // Something that is not ours is still in it.
    }
  }
  return true;
}

function checkBuilt() {
  const built = [
    'daemon/dist/service/main.js',
    'daemon/bundle/engine/main.cjs',
    'daemon/bundle/gallery',
    'daemon/bin/backscrubctl.js',
    'native/dist/index.js',
  ];
  const binaries = [addonPath, confinePath];
  const absent = [...built.map((path) => join(root, path)), ...binaries].find((path) => !existsSync(path));
  if (absent !== undefined)
    fail(`${relative(root, absent)} is absent: run "npm run setup -- --build" first.`);
}

/** The unit names this Node: one in a home directory is out of the service's sight. */
function checkSystemNode() {
  const { status } = spawnSync('/usr/bin/node', [
    '-e',
    'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 9) ? 0 : 1)',
  ]);
  if (status !== 0) {
    fail(
      "the service needs Node 20.9 or later as /usr/bin/node: install your distribution's nodejs package.",
    );
  }
}

/** @returns {[string, string, boolean][]} source, target, rewrite; ends with a message when a required one is absent. */
function systemFileList() {
  const candidates = [
    ...systemFolders.flatMap((folder) => filesUnder(join(root, folder))),
    ...['LICENSE', 'NOTICE', 'README.md', 'NEWS.md'].map((name) => join(root, name)).filter(existsSync),
  ];
  const taken = new Set();
  const list = [];
  for (const entry of systemFiles) {
    const matches = candidates.filter(
      (file) => !taken.has(file) && target(entry, relative(root, file)) !== undefined,
    );
    if (entry.required !== undefined && matches.length === 0) {
      fail(`no file of this tree is ${entry.required} (it would become ${join(prefix, entry.to)}).`);
    }
    for (const file of matches) {
      taken.add(file);
      list.push([file, join(prefix, target(entry, relative(root, file))), entry.rewrite === true]);
    }
  }
  return list;
}

function installTree() {
  for (const workspace of ['daemon', 'native']) {
    copyFolder(join(root, workspace, 'dist'), join(home, workspace, 'dist'), (file) =>
      isNeeded(workspace, file),
    );
    copy(join(root, workspace, 'package.json'), join(home, workspace, 'package.json'));
  }
  for (const folder of ['daemon/bin', 'daemon/bundle']) {
    copyFolder(join(root, folder), join(home, folder), () => true);
  }
  copy(addonPath, join(home, relative(root, addonPath)));
  copy(confinePath, join(home, relative(root, confinePath)), true);
  const packages = productionPackages();
  for (const { path, link } of packages) {
    if (link !== undefined) {
      place(join(home, path), undefined, (full) => symlinkSync(link, full));
      continue;
    }
    // A package's nested packages are entries of their own.
    copyFolder(
      join(root, path),
      join(home, path),
      (file) => !file.includes('node_modules/') && isNeeded(path, file),
    );
  }
  const control = join(home, 'daemon/bin/backscrubctl.js');
  chmodSync(onDisk(control), 0o755);
  const command = join(prefix, 'bin/backscrubctl');
  place(command, undefined, (full) => symlinkSync(relative(dirname(command), control), full));
}

function installSystemFiles(list) {
  for (const [file, path, rewrite] of list) {
    const executable = (lstatSync(file).mode & 0o111) !== 0;
    if (!rewrite || prefix === '/usr') copy(file, path, executable);
    else {
      const text = readFileSync(file, 'utf8').replaceAll('/usr/lib/backscrub', home);
      place(path, 0o644, (full) => writeFileSync(full, text));
    }
  }
}

/** Runs a command of the system if it is there; a failure is reported, since the files are in place by then. */
function tell(command, ...args) {
  if (!hasCommand(command)) return;
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`${command} ${args.join(' ')} failed: ${stderr.trim()}\n`);
}

/** Without a running systemd (a container, a chroot) there is nobody to tell. */
const booted = existsSync('/run/systemd/system');

function answers(command, ...args) {
  return hasCommand(command) && spawnSync(command, args).status === 0;
}

/**
 * What was enabled stays so, with the links that its [Install] section has by now. A service that runs is of the files before
 * these and would start engines of the new ones; readers keep their stream over a restart.
 */
function renewService() {
  if (!booted) return;
  if (answers('systemctl', 'is-enabled', '--quiet', 'backscrub.service'))
    tell('systemctl', 'enable', '--quiet', 'backscrub.service');
  tell('systemctl', 'try-restart', 'backscrub.service');
}

function tellSystem() {
  if (!uninstall) tell('systemd-sysusers', join(prefix, 'lib/sysusers.d/backscrub.conf'));
  if (!booted) return;
  tell('systemctl', 'daemon-reload');
  tell('udevadm', 'control', '--reload');
  // A device that is there already gets its name and tag.
  tell(
    'udevadm',
    'trigger',
    '--action=change',
    '--subsystem-match=video4linux',
    '--attr-match=name=Backscrub',
  );
  tell(
    'busctl',
    'call',
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus',
    'ReloadConfig',
  );
}

process.umask(0o022);
const live = destdir === '';
if (live && process.getuid?.() !== 0)
  fail('only root can install into the system: sudo npm run install:system (or give --destdir DIR).');

if (uninstall) {
  if (live && booted) tell('systemctl', 'disable', '--now', 'backscrub.service', 'backscrub-announce.path');
  if (!removeInstalled()) fail(`nothing is installed: ${onDisk(manifest)} is absent.`);
  if (live) tellSystem();
  process.stdout.write(
    "backscrub is uninstalled. Its settings in /var/lib/backscrub and the user 'backscrub' are kept.\n",
  );
} else {
  checkBuilt();
  if (live) checkSystemNode();
  const list = systemFileList();
  removeInstalled();
  installTree();
  installSystemFiles(list);
  place(manifest, 0o644, (full) => writeFileSync(full, `${installed.join('\n')}\n`));
  const bytes = installed.reduce((sum, path) => sum + lstatSync(onDisk(path)).size, 0);
  process.stdout.write(
    `${installed.length} files, ${(bytes / 1e6).toFixed(0)} MB installed in ${onDisk(prefix)}.\n`,
  );
  if (live) {
    tellSystem();
    renewService();
    process.stdout.write(
      [
        'Next:',
        '  modprobe v4l2loopback               the virtual camera (done at every boot from now on)',
        '  systemctl enable --now backscrub    the service',
        '  backscrubctl start                  until then applications see a card',
        '  backscrubctl status',
        '',
      ].join('\n'),
    );
  }
}

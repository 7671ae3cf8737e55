/** What must be on the system, found by looking for the thing itself, and who installs it. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { nodeHeaders } from './headers.mjs';
import { filesUnder } from './project.mjs';

/** Tools in sbin are found although it may not be on a user's PATH. */
function hasCommand(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

function hasHeader(name) {
  const multiarch = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch] ?? '';
  return ['/usr/include', join('/usr/include', multiarch), '/usr/local/include'].some((folder) =>
    existsSync(join(folder, name)),
  );
}

function hasFont() {
  return ['/usr/share/fonts', '/usr/local/share/fonts'].some((folder) =>
    filesUnder(folder).some((file) => /\.(ttf|otf|ttc)$/i.test(file)),
  );
}

/**
 * Names by package manager in the order of `managers` below; `for` says what alone needs it.
 */
const needs = [
  { what: 'C++ compiler', found: () => hasCommand('g++'), names: ['g++', 'gcc-c++', 'gcc', 'gcc-c++'] },
  { what: 'make', found: () => hasCommand('make'), names: ['make', 'make', 'make', 'make'] },
  {
    what: 'Python (for node-gyp)',
    found: () => hasCommand('python3'),
    names: ['python3', 'python3', 'python', 'python3'],
  },
  {
    what: 'C library and kernel headers',
    found: () => hasHeader('stdlib.h') && hasHeader('linux/videodev2.h'),
    names: ['libc6-dev', 'glibc-devel', 'linux-api-headers', 'glibc-devel'],
  },
  {
    what: 'libyuv headers',
    found: () => hasHeader('libyuv.h'),
    names: ['libyuv-dev', 'libyuv-devel', 'libyuv', 'libyuv-devel'],
  },
  {
    what: 'libjpeg headers',
    found: () => hasHeader('jpeglib.h') && hasHeader('jerror.h'),
    names: ['libjpeg-dev', 'libjpeg-turbo-devel', 'libjpeg-turbo', 'libjpeg8-devel'],
  },
  {
    what: "Node's headers",
    found: () => nodeHeaders() !== undefined,
    names: ['libnode-dev', 'nodejs-devel', 'nodejs', 'nodejs-devel-default'],
    // Elsewhere Node's own distribution brings them, and node-gyp can fetch them.
    wanted: () => process.execPath.startsWith('/usr/bin/'),
  },
  { what: 'ffmpeg', found: () => hasCommand('ffmpeg'), names: ['ffmpeg', 'ffmpeg-free', 'ffmpeg', 'ffmpeg'] },
  {
    what: 'dbus-daemon',
    found: () => hasCommand('dbus-daemon'),
    names: ['dbus-daemon', 'dbus-daemon', 'dbus', '/usr/bin/dbus-daemon'],
  },
  {
    what: 'a font (text on the placeholder card)',
    found: hasFont,
    names: ['fonts-dejavu-core', 'dejavu-sans-fonts', 'ttf-dejavu', 'dejavu-fonts'],
  },
  {
    what: 'font configuration',
    found: () => existsSync('/etc/fonts/fonts.conf'),
    names: ['fontconfig-config', 'fontconfig', 'fontconfig', 'fontconfig'],
  },
  {
    what: 'gdbus',
    for: 'test',
    found: () => hasCommand('gdbus'),
    names: ['libglib2.0-bin', 'glib2', 'glib2', 'glib2-tools'],
  },
  {
    what: 'busctl',
    for: 'test',
    found: () => hasCommand('busctl'),
    names: ['systemd', 'systemd', 'systemd', 'systemd'],
  },
  {
    what: 'clang-format',
    for: 'lint',
    found: () => hasCommand('clang-format'),
    names: ['clang-format', 'clang-tools-extra', 'clang', '/usr/bin/clang-format'],
  },
  {
    what: 'msgfmt (translations of the GNOME extension)',
    for: 'package',
    found: () => hasCommand('msgfmt'),
    names: ['gettext', 'gettext', 'gettext', 'gettext-tools'],
  },
  {
    what: 'glib-compile-schemas (settings of the GNOME extension)',
    for: 'package',
    found: () => hasCommand('glib-compile-schemas'),
    names: ['libglib2.0-bin', 'glib2-devel', 'glib2-devel', 'glib2-devel'],
  },
];

const managers = [
  {
    command: 'apt-get',
    install: ['apt-get', 'install', '-y', '-qq', '--no-install-recommends'],
    typed: 'apt-get install --no-install-recommends',
    refresh: ['apt-get', 'update', '-qq'],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  },
  { command: 'dnf', install: ['dnf', 'install', '-y', '-q'], typed: 'dnf install' },
  {
    command: 'pacman',
    // No refresh: it would leave a half-upgraded system, which is the user's decision.
    install: ['pacman', '-S', '--needed', '--noconfirm'],
    typed: 'pacman -S --needed',
  },
  { command: 'zypper', install: ['zypper', '--non-interactive', 'install'], typed: 'zypper install' },
];

/**
 * @param purposes a set of "test", "lint" and "package"; what has no purpose is always needed
 * @returns the needs that are not met
 */
export function missingNeeds(purposes) {
  return needs.filter(
    (need) =>
      (need.for === undefined || purposes.has(need.for)) &&
      (need.wanted === undefined || need.wanted()) &&
      !need.found(),
  );
}

/** @returns {{refresh?: string[], install: string[], env: object, typed: string} | undefined} what installs `missing` here */
export function installPlan(missing) {
  const index = managers.findIndex((manager) => hasCommand(manager.command));
  const manager = managers[index];
  if (manager === undefined) return undefined;
  const names = [...new Set(missing.map((need) => need.names[index]))];
  return {
    names,
    refresh: manager.refresh,
    install: [...manager.install, ...names],
    env: manager.env ?? {},
    typed: `${manager.typed} ${names.join(' ')}`,
  };
}

/** @returns the words to put before a command to run it as root, or undefined when that needs a password. */
export function asRoot() {
  if (process.getuid?.() === 0) return [];
  if (hasCommand('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0)
    return ['sudo', '-n'];
  return undefined;
}

export { hasCommand };

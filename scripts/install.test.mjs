/**
 * install:system over an installation whose service runs. An old service would start engines of the new files, so it has to be restarted,
 * and by nobody before they are all there. The whole script runs, in a mount namespace where systemd seems to be at work; the
 * system's commands are scripts that write down what they are told and which files they found.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root } from './lib/project.mjs';

const isolated = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/run']).status === 0;
const skip = isolated ? false : 'only root can install, and seem to have another systemd';
const folder = mkdtempSync(join(tmpdir(), 'backscrub-install-'));
after(() => rmSync(folder, { recursive: true }));
const home = join(folder, 'prefix/lib/backscrub');
const version = join(home, 'daemon/package.json');
const told = join(folder, 'told');

const commands = join(folder, 'commands');
mkdirSync(commands);
for (const name of ['systemctl', 'systemd-sysusers', 'udevadm', 'busctl']) {
  const path = join(commands, name);
  writeFileSync(
    path,
    `#!/bin/sh
    files=none
    [ -e '${version}' ] && files=$(sed -n 's/.*"version": "\\([^"]*\\)".*/\\1/p' '${version}')
    # Written last of all.
    [ -e '${home}/installed-files' ] || files="$files, not whole"
    echo "${name} $*: $files" >> '${told}'
    case "$1" in is-enabled) exit "$NOT_ENABLED";; try-restart) exit "$RESTART_FAILS";; esac
    `,
  );
  chmodSync(path, 0o755);
}

/** An installation of an earlier version. */
function old() {
  mkdirSync(join(home, 'daemon'), { recursive: true });
  writeFileSync(version, '{ "version": "old" }\n');
  writeFileSync(join(home, 'installed-files'), `${version}\n`);
}

/** @returns what systemctl was told, each with the version of the files that lay there */
function install({ enabled = true, restarts = true, words = [] } = {}) {
  rmSync(told, { force: true });
  const script = `mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec "$@"`;
  const program = [process.execPath, join(root, 'scripts/install.mjs'), '--prefix', join(folder, 'prefix')];
  const { status, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...program, ...words], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${commands}:${process.env.PATH}`,
      NOT_ENABLED: enabled ? '0' : '1',
      RESTART_FAILS: restarts ? '0' : '1',
    },
  });
  assert.equal(status, 0, stderr);
  const lines = readFileSync(told, 'utf8').trim().split('\n');
  const systemctl = lines.filter((line) => line.startsWith('systemctl '));
  return { systemctl: systemctl.map((line) => line.slice('systemctl '.length)), stderr };
}

const own = JSON.parse(readFileSync(join(root, 'daemon/package.json'), 'utf8')).version;

test('a service that runs is restarted when all files are there, and as the last thing', { skip }, () => {
  old();
  const { systemctl } = install();
  assert.deepEqual(systemctl, [
    `daemon-reload: ${own}`,
    `is-enabled --quiet backscrub.service: ${own}`,
    `enable --quiet backscrub.service: ${own}`,
    `try-restart backscrub.service: ${own}`,
  ]);
});

test('one that is not enabled stays so, and is restarted if it runs', { skip }, () => {
  old();
  const { systemctl } = install({ enabled: false });
  assert.ok(systemctl.every((line) => !line.startsWith('enable')));
  assert.equal(systemctl.at(-1), `try-restart backscrub.service: ${own}`);
});

test('a restart that fails is told', { skip }, () => {
  old();
  assert.match(install({ restarts: false }).stderr, /systemctl try-restart backscrub\.service failed/);
});

test('a service is stopped before its files are removed', { skip }, () => {
  old();
  const { systemctl } = install({ words: ['--uninstall'] });
  assert.equal(systemctl[0], 'disable --now backscrub.service backscrub-announce.path: old');
  assert.ok(!existsSync(version));
});

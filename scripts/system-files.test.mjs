// The files that make the service a part of the system: what in them a test can hold without a system.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ACTIONS } from '../daemon/dist/service/authorization/authority.js';
import { parseXml } from './lib/contract-xml.mjs';
import { systemFiles } from './lib/layout-table.mjs';
import { root } from './lib/project.mjs';
import { hasCommand } from './lib/system-packages.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const fail = (text) => {
  throw new Error(text);
};
const scratch = mkdtempSync(join(tmpdir(), 'backscrub-files-'));
after(() => rmSync(scratch, { recursive: true }));

const LANGUAGES = ['', 'de', 'es', 'fr'];
const policy = read('dbus/org.backscrub.policy');
const actions = [...policy.matchAll(/<action id="([^"]+)">([\s\S]*?)<\/action>/g)].map(([, id, body]) => ({
  id,
  body,
}));

test('the policy is well formed', () => {
  // The reader knows no text between elements.
  const element = parseXml(policy.replaceAll(/>[^<]+</g, '><'), fail);
  assert.equal(element.name, 'policyconfig');
});

test('polkit knows the actions of the gate, and no others', () => {
  assert.deepEqual(actions.map(({ id }) => id).sort(), Object.keys(ACTIONS).sort());
});

for (const { id, body } of actions) {
  test(`${id}: texts in every language, none twice`, () => {
    for (const name of ['description', 'message']) {
      const texts = [...body.matchAll(new RegExp(`<${name}(?: xml:lang="(..)")?>([^<]+)</${name}>`, 'g'))];
      assert.deepEqual(texts.map(([, language = '']) => language).sort(), LANGUAGES, name);
      assert.equal(new Set(texts.map(([, , text]) => text)).size, LANGUAGES.length, name);
    }
  });

  test(`${id}: the service may ask about others, and only the person at the machine is let in unasked`, () => {
    const user = /^User=(.*)$/m.exec(read('systemd/backscrub.service'))?.[1];
    assert.match(body, new RegExp(`<annotate key="org.freedesktop.policykit.owner">unix-user:${user}<`));
    assert.match(body, /<allow_active>yes</);
    assert.match(body, /<allow_any>(no|auth_admin)</);
    assert.match(body, /<allow_inactive>(no|auth_admin)</);
  });
}

test('the unit keeps its promises', () => {
  const unit = read('systemd/backscrub.service');
  const directives = [
    'Type=notify', // the writer is there when others look
    'KillMode=mixed', // never two writers
    'OOMPolicy=continue',
    'LimitCORE=0',
    'FileDescriptorStorePreserve=restart',
    'CapabilityBoundingSet=',
    'PrivateNetwork=yes',
    'RestrictAddressFamilies=AF_UNIX',
  ];
  for (const line of directives) assert.ok(unit.split('\n').includes(line), line);
  assert.match(unit, /^FileDescriptorStoreMax=[1-9]/m);
  assert.match(unit, /^WatchdogSec=/m);
});

test('a message on the bus starts the service only while it is enabled', () => {
  const wanted = /^SystemdService=(.*)$/m.exec(read('dbus/org.backscrub.service'))?.[1];
  assert.equal(wanted, 'dbus-org.backscrub.service');
  const [, install] = read('systemd/backscrub.service').split('[Install]');
  // The name exists by the link that "systemctl enable" makes, and not as a unit of its own.
  assert.ok(install.split('\n').includes(`Alias=${wanted}`));
  assert.ok(!systemFiles.some(({ to }) => to.includes('dbus-org')));
});

const noSystemctl = hasCommand('systemctl') ? false : 'systemctl is not installed';
test('enabling makes what the bus starts, and disabling removes it', { skip: noSystemctl }, () => {
  const tree = mkdtempSync(join(scratch, 'tree-'));
  const units = join(tree, 'usr/lib/systemd/system');
  mkdirSync(units, { recursive: true });
  writeFileSync(join(units, 'backscrub.service'), read('systemd/backscrub.service'));
  const systemctl = (verb) => {
    const { status, stderr } = spawnSync('systemctl', ['--root', tree, verb, 'backscrub.service'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  };
  const link = join(tree, 'etc/systemd/system/dbus-org.backscrub.service');
  assert.equal(existsSync(join(units, 'dbus-org.backscrub.service')), false);
  systemctl('enable');
  assert.match(readlinkSync(link), /backscrub\.service$/);
  systemctl('disable');
  assert.throws(() => readlinkSync(link));
});

const noAnalyze = hasCommand('systemd-analyze') ? false : 'systemd-analyze is not installed';
for (const [unit, most] of [
  ['backscrub.service', 1.5],
  ['backscrub-announce.service', 2],
]) {
  test(`${unit} stays closed: at most ${most} of systemd-analyze's points`, { skip: noAnalyze }, () => {
    const args = ['security', '--offline=true', '--no-pager', join(root, 'systemd', unit)];
    const { stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const points = /Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1];
    assert.ok(Number(points) <= most, `${points}: ${stderr}`);
  });
}

/** A kernel of files: two video nodes, and processes that have the first one open. */
function announce({ camera = true, holders = {} } = {}) {
  const base = mkdtempSync(join(scratch, 'system-'));
  const nodes = { video60: 'Backscrub', video61: 'OBS Virtual Camera' };
  for (const [node, label] of Object.entries(nodes)) {
    const folder = join(base, 'sys/class/video4linux', node);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'name'), `${label}\n`);
    writeFileSync(join(folder, 'uevent'), '');
  }
  mkdirSync(join(base, 'proc/1/fd'), { recursive: true });
  for (const [pid, [cgroup, device]] of Object.entries(holders)) {
    mkdirSync(join(base, 'proc', pid, 'fd'), { recursive: true });
    writeFileSync(join(base, 'proc', pid, 'cgroup'), `0::/system.slice/${cgroup}\n`);
    symlinkSync(device, join(base, 'proc', pid, 'fd/7'));
  }
  const id = join(base, 'v4l_id');
  writeFileSync(id, `#!/bin/sh\necho ID_V4L_CAPABILITIES=:${camera ? 'capture' : 'video_output'}:\n`);
  chmodSync(id, 0o755);
  // Without udevadm in the path nothing waits for a daemon.
  const tools = join(base, 'bin');
  mkdirSync(tools);
  for (const tool of ['find', 'grep', 'cat', 'sleep'])
    symlinkSync(
      spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(),
      join(tools, tool),
    );
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-x', join(root, 'systemd/announce-camera.sh')], {
    encoding: 'utf8',
    env: {
      PATH: tools,
      BACKSCRUB_SYS: join(base, 'sys'),
      BACKSCRUB_PROC: join(base, 'proc'),
      BACKSCRUB_V4L_ID: id,
      BACKSCRUB_PATIENCE: '0',
    },
  });
  assert.equal(status, 0, stderr);
  const last = (node) => readFileSync(join(base, 'sys/class/video4linux', node, 'uevent'), 'utf8').trim();
  return { stdout, order: [...stderr.matchAll(/^\+ echo (remove|add)$/gm)].map(([, word]) => word), last };
}

test('announced by "remove" and "add", and only our own node', () => {
  const { order, last, stdout } = announce({
    holders: {
      // systemd, whose descriptor store has what the service has.
      1: ['../init.scope', '/dev/video60'],
      100: ['backscrub.service', '/dev/video60'],
      101: ['user.slice/app', '/dev/video61'],
      102: ['user.slice/app', '/dev/video6'],
    },
  });
  assert.deepEqual(order, ['remove', 'add']);
  assert.deepEqual([last('video60'), last('video61')], ['add', '']);
  assert.match(stdout, /\/dev\/video60 announced/);
});

test('not announced while an application has it open, nor when nobody writes to it', () => {
  const used = announce({ holders: { 100: ['user.slice/app.scope', '/dev/video60'] } });
  assert.deepEqual([used.order, used.last('video60')], [[], '']);
  assert.match(used.stdout, /in use/);
  const notReally = announce({ holders: { 100: ['not-backscrub.service.scope', '/dev/video60'] } });
  assert.deepEqual(notReally.order, []);
  const another = announce({ holders: { 11: ['user.slice/app.scope', '/dev/video60'] } });
  assert.deepEqual(another.order, []);
  assert.deepEqual(announce({ camera: false }).order, []);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fstatSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ServiceManager } from './service-manager.js';

function setUp(env: NodeJS.ProcessEnv, error = 0) {
  const sent: [string, string, number | undefined][] = [];
  const log: string[] = [];
  const manager = new ServiceManager(
    env,
    42,
    {
      notify: (address, state, fd) => {
        sent.push([address, state, fd]);
        return error;
      },
      settle: (address) => {
        sent.push([address, 'settled', undefined]);
        return error;
      },
    },
    (level, text) => log.push(`${level}: ${text}`),
  );
  return { manager, sent, log, env };
}

const STORED = { LISTEN_PID: '42', LISTEN_FDS: '3', LISTEN_FDNAMES: 'camera:other:camera' };

test('without systemd nothing is sent and nothing found', () => {
  const { manager, sent } = setUp({ PATH: '/bin' });
  manager.ready();
  manager.status('idle');
  manager.pulse();
  manager.keep('camera', 5);
  manager.forget('camera');
  manager.stopping();
  assert.deepEqual(sent, []);
  assert.equal(manager.take('camera'), undefined);
  assert.equal(manager.watchdogMs, undefined);
});

test('what systemd is told', () => {
  const { manager, sent } = setUp({ NOTIFY_SOCKET: '/run/n' });
  manager.ready();
  manager.status('failed: no\ndevice');
  manager.status('failed: no\ndevice');
  manager.pulse();
  manager.keep('camera', 5);
  manager.stopping();
  assert.deepEqual(sent, [
    ['/run/n', 'READY=1', undefined],
    ['/run/n', 'STATUS=failed: no device', undefined],
    ['/run/n', 'WATCHDOG=1', undefined],
    ['/run/n', 'FDSTOREREMOVE=1\nFDNAME=camera', undefined],
    ['/run/n', 'settled', undefined],
    ['/run/n', 'FDSTORE=1\nFDNAME=camera', 5],
    ['/run/n', 'STOPPING=1', undefined],
  ]);
});

test('what was not heard is in the log', () => {
  const { manager, log } = setUp({ NOTIFY_SOCKET: '/run/n' }, 111);
  manager.ready();
  manager.forget('camera');
  assert.deepEqual(log, [
    'warning: systemd was not told "READY=1": errno 111',
    'warning: systemd was not told "FDSTOREREMOVE=1": errno 111',
    'warning: systemd has not dropped "camera" in time: errno 111',
  ]);
});

test('children do not inherit what was for us', () => {
  const { env } = setUp({
    ...STORED,
    NOTIFY_SOCKET: '/n',
    WATCHDOG_USEC: '5000000',
    WATCHDOG_PID: '42',
    PATH: '/bin',
  });
  assert.deepEqual(env, { PATH: '/bin' });
});

test('the watchdog is ours or nobody is named', () => {
  assert.equal(setUp({ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }).manager.watchdogMs, 60_000);
  assert.equal(setUp({ WATCHDOG_USEC: '60000000' }).manager.watchdogMs, 60_000);
  for (const env of [
    { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '41' },
    { WATCHDOG_USEC: '0' },
    { WATCHDOG_USEC: 'x' },
  ])
    assert.equal(setUp(env).manager.watchdogMs, undefined);
});

test('kept descriptors come by name, the newest first, each once', () => {
  const { manager } = setUp({ ...STORED });
  assert.equal(manager.take('camera'), 5);
  assert.equal(manager.take('camera'), 3);
  assert.equal(manager.take('camera'), undefined);
  assert.equal(manager.take('other'), 4);
});

test('descriptors for somebody else, or in unbelievable numbers, are not touched', () => {
  for (const change of [
    { LISTEN_PID: '41' },
    { LISTEN_FDS: '-1' },
    { LISTEN_FDS: '1e9' },
    { LISTEN_FDS: 'x' },
  ]) {
    assert.equal(setUp({ ...STORED, ...change }).manager.take('camera'), undefined, JSON.stringify(change));
  }
  const nameless = setUp({ LISTEN_PID: '42', LISTEN_FDS: '1' }).manager;
  assert.equal(nameless.take('unknown'), 3);
});

test('what nobody takes is closed and forgotten', () => {
  const script = `
    import { ServiceManager } from ${JSON.stringify(fileURLToPath(new URL('./service-manager.js', import.meta.url)))};
    import { fstatSync, readdirSync, readlinkSync } from 'node:fs';
    const file = readlinkSync('/proc/self/fd/4');
    const manager = new ServiceManager(
      { NOTIFY_SOCKET: '/n', LISTEN_PID: String(process.pid), LISTEN_FDS: '2', LISTEN_FDNAMES: 'old:camera' },
      process.pid,
      { notify: (_, state) => { console.log(state.replace('\\n', ' ')); return 0; }, settle: () => 0 }, () => {});
    const camera = manager.take('camera');
    manager.dropRest();
    console.log(camera, fstatSync(4).isFile());
    const links = readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch {} });
    console.log(links.filter((link) => link === file).length);`;
  const file = openSync(fileURLToPath(import.meta.url), 'r');
  assert.ok(fstatSync(file).isFile());
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', file, file],
  });
  assert.equal(stdout, 'FDSTOREREMOVE=1 FDNAME=old\n4 true\n1\n', stderr);
});

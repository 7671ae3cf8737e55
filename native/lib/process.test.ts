import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { awaitSystemd, dieWithParent, notifySystemd, releaseBuffer } from './process.js';

const MODULE = fileURLToPath(new URL('./process.js', import.meta.url));

test('dieWithParent says whether the parent is still there', () => {
  const script = `import { dieWithParent } from ${JSON.stringify(MODULE)};
    console.log(dieWithParent(process.ppid), dieWithParent(process.pid));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(stdout.trim(), 'true false');
  assert.throws(() => (dieWithParent as (parent: unknown) => boolean)('1'), TypeError);
});

test('a released buffer has no bytes', () => {
  const bytes = new Uint8Array(4096);
  releaseBuffer(bytes.buffer);
  assert.deepEqual([bytes.length, bytes.buffer.byteLength], [0, 0]);
  releaseBuffer(bytes.buffer);
  assert.throws(() => releaseBuffer(bytes as unknown as ArrayBuffer), TypeError);
});

/** Small enough to come from the heap (mallopt(3), M_MMAP_THRESHOLD), with one in use above them that keeps them there. */
test('what was freed below what is in use goes back to the system', () => {
  const script = `import { readFileSync } from 'node:fs';
    import { releaseBuffer, trimMemory } from ${JSON.stringify(MODULE)};
    const resident = () => Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024;
    const kept = [];
    const freed = [];
    for (let i = 0; i < 400; i++) {
      freed.push(new Uint8Array(100_000).fill(1));
      kept.push(new Uint8Array(1000).fill(1));
    }
    for (const { buffer } of freed) releaseBuffer(buffer);
    const before = resident();
    trimMemory();
    console.log(before - resident(), kept.length);`;
  const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_ARENA_MAX: '2' };
  const options = { encoding: 'utf8', env } as const;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  assert.ok(Number.parseFloat(stdout) > 20, stdout);
});

test('a child dies with its parent', async () => {
  const child = `import { dieWithParent } from ${JSON.stringify(MODULE)};
    dieWithParent(process.ppid); console.log(process.pid); setInterval(() => {}, 1000);`;
  const parent = `const { spawn } = require('node:child_process');
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
  const middle = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) =>
    middle.stdout.once('data', (text) => resolve(Number(text))),
  );
  process.kill(pid, 0);
  // The pipe ends when its last writer, the grandchild, is gone.
  const ended = new Promise((resolve) => middle.stdout.once('close', resolve));
  middle.kill('SIGKILL');
  await ended;
});

const folder = mkdtempSync(join(tmpdir(), 'backscrub-notify-'));
after(() => rmSync(folder, { recursive: true }));

/** A socket of systemd's kind; Node has no datagram sockets in the file system, so a helper listens. */
async function received(address: string, state: string, fd?: number): Promise<string> {
  const script = [
    'import array, os, socket, sys',
    's = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
    "s.bind(sys.argv[1].replace('@', chr(0), 1))",
    "print('ready', flush=True)",
    'data, ancillary, flags, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))',
    "fds = [os.readlink('/proc/self/fd/%d' % array.array('i', d)[0]) for _, _, d in ancillary]",
    "print(data.decode(), *fds, sep='|', flush=True)",
  ].join('\n');
  const listener = spawn('python3', ['-c', script, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const ready = new Promise<void>((resolve) => {
    listener.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.startsWith('ready')) resolve();
    });
  });
  const closed = new Promise((resolve) => listener.once('close', resolve));
  await ready;
  assert.equal(notifySystemd(address, state, fd), 0);
  await closed;
  return text.replace('ready\n', '').trim();
}

const python = spawnSync('python3', ['--version']).status === 0;
const needsPython = python ? {} : { skip: 'python3 is not installed' };

test('systemd is told through a socket file', needsPython, async () => {
  assert.equal(await received(join(folder, 'notify'), 'READY=1\nSTATUS=idle'), 'READY=1\nSTATUS=idle');
});

test('systemd is told through an abstract socket', needsPython, async () => {
  assert.equal(await received(`@backscrub-test-${process.pid}`, 'WATCHDOG=1'), 'WATCHDOG=1');
});

test('a descriptor goes along', needsPython, async () => {
  const { openSync, closeSync } = await import('node:fs');
  const fd = openSync('/dev/null', 'r');
  assert.equal(
    await received(join(folder, 'store'), 'FDSTORE=1\nFDNAME=output', fd),
    'FDSTORE=1\nFDNAME=output|/dev/null',
  );
  closeSync(fd);
});

/** Receives one message and closes what came along, at once or never. */
async function barrier(closes: boolean, milliseconds: number): Promise<number> {
  const address = join(folder, `barrier-${closes}`);
  const script = [
    'import array, os, socket, sys, time',
    's = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
    's.bind(sys.argv[1])',
    "print('ready', flush=True)",
    'data, ancillary, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))',
    "assert data == b'BARRIER=1'",
    'fd = array.array("i", ancillary[0][2])[0]',
    closes ? 'os.close(fd)' : '',
    'time.sleep(30)',
  ].join('\n');
  const listener = spawn('python3', ['-c', script, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => listener.stdout.once('data', resolve));
  const result = awaitSystemd(address, milliseconds);
  listener.kill();
  return result;
}

test('everything sent before has been worked on, or it takes too long', needsPython, async () => {
  assert.equal(await barrier(true, 20_000), 0);
  assert.equal(await barrier(false, 50), constants.errno.ETIMEDOUT);
  assert.equal(awaitSystemd(join(folder, 'nobody-listens'), 50), constants.errno.ENOENT);
});

test('a socket that is not there or is none is an errno', () => {
  const { ENOENT, EAFNOSUPPORT, ENAMETOOLONG } = constants.errno;
  assert.equal(notifySystemd(join(folder, 'nobody-listens'), 'READY=1'), ENOENT);
  assert.equal(notifySystemd('', 'READY=1'), EAFNOSUPPORT);
  assert.equal(notifySystemd('vsock:2:1234', 'READY=1'), EAFNOSUPPORT);
  assert.equal(notifySystemd(`/${'x'.repeat(200)}`, 'READY=1'), ENAMETOOLONG);
  assert.throws(() => (notifySystemd as (address: string) => number)('/x'), TypeError);
});

test("a process that hides its memory is root's, and works on", () => {
  const script = `import { spawnSync } from 'node:child_process';
    import { readFileSync, readlinkSync, statSync } from 'node:fs';
    import { hideMemory } from ${JSON.stringify(MODULE)};
    const owner = () => statSync('/proc/self/mem').uid;
    const before = owner() === process.getuid();
    const hidden = hideMemory();
    const child = spawnSync('/bin/cat', ['/proc/self/stat', '/proc/' + process.pid + '/mem']);
    console.log(before, hidden, owner(), readlinkSync('/proc/self/fd/1') !== '', child.stdout.length > 0, child.status);`;
  // Root may look into everything.
  const options = { encoding: 'utf8', ...(process.getuid?.() === 0 && { uid: 65534 }) } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options);
  assert.equal(stdout.trim(), 'true true 0 true true 1', stderr);
});

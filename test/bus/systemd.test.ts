/** What the service and systemd tell each other, with a notify socket and a passed descriptor of the test's own. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PrivateBus } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

const skip = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

/** Prints each message, with what a descriptor that came along is of; Node has no datagram sockets in the file system. */
const LISTENER = `
import array, os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('ready', flush=True)
while True:
    data, ancillary, _, _ = s.recvmsg(4096, socket.CMSG_SPACE(4))
    numbers = [array.array('i', d)[0] for _, _, d in ancillary]
    fds = [os.readlink('/proc/self/fd/%d' % n) for n in numbers]
    for n in numbers: os.close(n)
    if data == b'BARRIER=1': continue
    print('|'.join([data.decode().replace('\\n', ' ')] + fds), flush=True)
`;

class NotifySocket {
  readonly lines: string[] = [];
  #waiting: (() => void)[] = [];

  private constructor(
    readonly path: string,
    readonly child: ChildProcess,
  ) {
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(path: string): Promise<NotifySocket> {
    const child = spawn('python3', ['-c', LISTENER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const socket = new NotifySocket(path, child);
    await socket.until((lines) => lines[0] === 'ready');
    socket.lines.length = 0;
    return socket;
  }

  async until(is: (lines: readonly string[]) => boolean): Promise<void> {
    while (!is(this.lines)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill();
    await closed;
  }
}

let bus: PrivateBus;

before(async () => {
  bus = await PrivateBus.start();
});

after(async () => {
  await bus?.stop();
});

test('ready after the device is a camera and kept; then the state, signs of life, and the end', {
  skip,
}, async () => {
  const socket = await NotifySocket.open(join(bus.directory, 'notify-1'));
  const service = await ServiceProcess.start(bus, {
    environment: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '300000' },
  });
  await socket.until((lines) => lines.filter((line) => line === 'WATCHDOG=1').length >= 3);
  await service.stop();
  await socket.until((lines) => lines.includes('STOPPING=1'));
  const stored = socket.lines.findIndex((line) => line.startsWith('FDSTORE=1'));
  assert.equal(socket.lines[stored], `FDSTORE=1 FDNAME=virtual-camera|${service.picture}`);
  assert.ok(stored < socket.lines.indexOf('READY=1'), socket.lines.join('\n'));
  assert.ok(socket.lines.includes('STATUS=stopped'));
  assert.equal(
    socket.lines.filter((line) => line.startsWith('FDSTOREREMOVE')).length,
    1,
    'only what was there before is removed: the next life of the service takes the descriptor',
  );
  await socket.close();
});

test('the next life goes on with the descriptor and its format', { skip }, async () => {
  const socket = await NotifySocket.open(join(bus.directory, 'notify-2'));
  const old = join(bus.directory, 'picture-of-the-old-life');
  const passed = openSync(old, 'a');
  const service = await ServiceProcess.start(bus, {
    args: [],
    passed,
    environment: {
      NOTIFY_SOCKET: socket.path,
      LISTEN_FDS: '1',
      LISTEN_FDNAMES: 'virtual-camera',
    },
  });
  closeSync(passed);
  assert.match(service.log, /320x240 at 5 frames.*as the service left it/);
  const lines = readFileSync(old, 'utf8').trim().split('\n');
  assert.equal((JSON.parse(lines[0] ?? '') as { by: string }).by, 'placeholder', 'painted at once');
  assert.deepEqual(service.written(), [], 'nothing else was opened');
  await socket.until((all) => all.includes('READY=1'));
  assert.ok(!socket.lines.some((line) => line.startsWith('FDSTORE')), 'systemd has it already');
  await service.stop();
  await socket.close();
});

test('a device that breaks is kept no more, and the new one is', { skip }, async () => {
  const socket = await NotifySocket.open(join(bus.directory, 'notify-3'));
  const service = await ServiceProcess.start(bus, { environment: { NOTIFY_SOCKET: socket.path } });
  await service.order({ consumers: 1 });
  const before = socket.lines.length;
  await service.order({ device: false });
  await socket.until((lines) => lines.slice(before).some((line) => line.startsWith('STATUS=')));
  await service.order({ device: true });
  await socket.until((lines) => lines.slice(before).some((line) => line.startsWith('FDSTORE=1')));
  await service.stop();
  await socket.close();
});

test('a watched service that cannot reach the bus gives no sign of life', { skip }, async () => {
  const own = await PrivateBus.start();
  const socket = await NotifySocket.open(join(own.directory, 'notify'));
  const service = await ServiceProcess.start(own, {
    environment: { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '300000' },
  });
  await socket.until((lines) => lines.includes('WATCHDOG=1'));
  own.daemon.kill('SIGSTOP');
  // One sign may be under way.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const count = socket.lines.length;
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.deepEqual(socket.lines.slice(count), []);
  own.daemon.kill('SIGCONT');
  await socket.until((lines) => lines.length > count);
  await service.stop();
  await socket.close();
  await own.stop();
});

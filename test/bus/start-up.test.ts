/** How the service comes up, and what makes it end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { PrivateBus, ROOT } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

async function withBus(work: (bus: PrivateBus) => Promise<void>): Promise<void> {
  const bus = await PrivateBus.start();
  try {
    await work(bus);
  } finally {
    await bus.stop();
  }
}

function backscrubd(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(ROOT, 'daemon/bin/backscrubd.js'), ...args], { encoding: 'utf8' });
}

test('the camera gives the format, options come before it', () =>
  withBus(async (bus) => {
    const automatic = await ServiceProcess.start(bus, { args: [] });
    await automatic.says(/640x480 at 15 frames/);
    await automatic.stop();
    const half = await ServiceProcess.start(bus, { args: ['--frame-rate', '25'] });
    await half.says(/640x480 at 25 frames/);
    await half.stop();
    const own = await ServiceProcess.start(bus, { args: ['--resolution', '1280x720', '--frame-rate', '30'] });
    assert.equal(own.written()[0]?.width, 1280);
    await own.stop();
  }));

test('nobody waits for a camera that hangs: its format comes when it has answered', { timeout: 60_000 }, () =>
  withBus(async (bus) => {
    const gate = join(bus.directory, 'gate');
    const environment = { FAKE_CAMERA_GATE: gate };
    const first = await ServiceProcess.start(bus, { args: [], environment });
    assert.match(first.log, /1280x720 at 30 frames.*answers as org.backscrub/s);
    writeFileSync(gate, '');
    await first.says(/640x480 at 15 frames/);
    await first.stop();
    rmSync(gate);
    // The next life begins with what it was.
    const { state } = first;
    const next = await ServiceProcess.start(bus, { args: [], environment, state });
    assert.match(next.log, /640x480 at 15 frames/);
    assert.doesNotMatch(next.log, /1280x720/);
    await next.stop();
  }),
);

test('--start without a device: failed, and well as soon as there is one', () =>
  withBus(async (bus) => {
    const service = await ServiceProcess.start(bus, { args: ['--start'], device: 'absent' });
    const client = await BusClient.open(bus.address);
    assert.equal(await client.get('State'), 'failed');
    const [name, text] = (await client.get('LastError')) as [string, string];
    assert.equal(name, 'org.backscrub.Error.NoVirtualCamera');
    assert.match(text, /modprobe/);
    assert.equal(await client.get('VirtualCamera'), '');
    await service.order({ device: true });
    await client.until('State', (value) => value === 'idle');
    assert.deepEqual(await client.get('LastError'), ['', '']);
    client.close();
    await service.stop();
  }));

test('a lost bus ends the service with status 1', async () => {
  const bus = await PrivateBus.start();
  const service = await ServiceProcess.start(bus);
  bus.daemon.kill('SIGKILL');
  assert.equal(await service.exited, 1);
  assert.match(service.log, /bus/);
  assert.equal(service.written().at(-1)?.by, 'placeholder');
  await bus.stop();
});

test('no bus: status 1 and a clear text', () => {
  const { status, stderr } = backscrubd(
    '--bus',
    'unix:path=/nowhere/bus',
    '--resolution',
    '640x480',
    '--frame-rate',
    '30',
  );
  assert.equal(status, 1);
  assert.match(stderr, /no bus at unix:path=\/nowhere\/bus/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('--help, --version and mistakes', () => {
  assert.match(backscrubd('--help').stdout, /--resolution/);
  assert.match(backscrubd('--version').stdout, /^backscrubd \d+\.\d+\.\d+\n$/);
  const wrong = backscrubd('--resolution', 'large');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /1280x720/);
});

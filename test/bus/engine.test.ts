/** Service and real engine together, as far as that goes without a camera. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BusClient } from '../support/bus-client.js';
import { PrivateBus, ROOT } from '../support/private-bus.js';
import { ServiceProcess } from '../support/service-process.js';

/** What the kernel says of the only child of a process (proc_pid_status(5)). */
function statusOfChild(parent: number): string {
  const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ');
  return readFileSync(`/proc/${child}/status`, 'utf8');
}

test('no camera: the engine says so, takes looks, and ends when asked', async () => {
  const bus = await PrivateBus.start();
  const service = await ServiceProcess.start(bus, {
    engineModule: join(ROOT, 'daemon/dist/engine/main.js'),
    // Nobody's camera is to be switched on by a test.
    args: ['--camera', '/dev/no-such-camera', '--resolution', '640x480', '--frame-rate', '30'],
  });
  const client = await BusClient.open(bus.address);
  try {
    await client.call('Start');
    await service.order({ consumers: 1 });
    await client.until('State', (value) => value === 'failed');
    const [name] = (await client.get('LastError')) as [string, string];
    assert.equal(name, 'org.backscrub.Error.NoCamera');
    assert.match(statusOfChild(service.child.pid ?? 0), /^Seccomp:\t2$/m, 'the engine is sealed');
    assert.equal(await client.get('CameraInUse'), false);
    assert.equal(await client.get('Camera'), '/dev/no-such-camera');
    await client.call('SetMode', 's', 'replace');
    const image = join(bus.directory, 'text.png');
    writeFileSync(image, 'Dear reader');
    assert.notEqual((await client.raw('SetBackground', 's', [image])).error, undefined);
    assert.equal(await client.get('Background'), 'color:#2e3436');
    assert.deepEqual(new Set(service.written().map(({ by }) => by)), new Set(['placeholder']));
    await client.call('Stop');
    assert.equal(await client.get('State'), 'stopped');
  } finally {
    client.close();
    assert.equal(await service.stop(), 0);
    await bus.stop();
  }
});

test('an engine of another version than the service, as an upgrade leaves it, says so and does nothing', async () => {
  for (const engine of ['daemon/dist/engine/main.js', 'daemon/bundle/engine/main.cjs']) {
    const child = fork(join(ROOT, engine), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    });
    const answer = new Promise((resolve) => child.once('message', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.send({ type: 'setup', version: '0.0.0-old', setup: {}, look: {} });
    const { type, error } = (await answer) as { type: string; error: { code: string; message: string } };
    assert.deepEqual([type, error.code], ['failed', 'Failed']);
    assert.match(error.message, /installed while version 0\.0\.0-old runs: restart the service/);
    assert.equal(await ended, 1);
  }
});

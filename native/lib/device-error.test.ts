import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Camera } from './camera.js';
import { DeviceError } from './device-error.js';
import { findVirtualCamera, listVideoDevices } from './devices.js';
import { Frame } from './frame.js';
import { VirtualCamera } from './virtual-camera.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-devices-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'file');
writeFileSync(file, 'no camera');
const fifo = join(folder, 'fifo');
spawnSync('mkfifo', [fifo]);

const MODE = { fourcc: 'YUYV', width: 640, height: 480, frameRate: { numerator: 30, denominator: 1 } };

const PATHS: [string, string][] = [
  [join(folder, 'nothing'), 'missing'],
  [join(file, 'below'), 'missing'],
  ['/dev/null', 'unsupported'],
  [file, 'unsupported'],
  [fifo, 'unsupported'],
  [folder, 'unsupported'],
];

for (const [path, kind] of PATHS) {
  const name = path.replace(folder, '<folder>');
  const expected = (error: unknown) => {
    assert.ok(error instanceof DeviceError);
    assert.ok(error instanceof Error);
    assert.equal(error.kind, kind);
    assert.equal(error.path, path);
    assert.ok(error.errno);
    assert.ok(error.message.startsWith(`${path}: `));
    return true;
  };
  test(`Camera.open ${name}: ${kind}`, () => assert.throws(() => Camera.open(path, MODE), expected));
  test(`VirtualCamera.open ${name}: ${kind}`, () =>
    assert.throws(() => VirtualCamera.open(path, { width: 640, height: 480, frameRate: 30 }), expected));
}

test('a virtual camera has even sizes and a rate', () => {
  for (const mode of [
    { width: 641, height: 480, frameRate: 30 },
    { width: 640, height: 0, frameRate: 30 },
    { width: 640, height: 480, frameRate: 0 },
  ]) {
    assert.throws(() => VirtualCamera.open('/dev/null', mode), TypeError);
  }
});

test('an adopted descriptor is written to without any call before', async () => {
  // A pipe stands for the node: it takes bytes and knows no ioctl.
  const { openSync, readSync, closeSync, constants } = await import('node:fs');
  const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const camera = VirtualCamera.adopt(fd, { width: 4, height: 2, frameRate: 30 });
  assert.equal(camera.fd, fd);
  const frame = new Frame(4, 2);
  frame.fill(81, 90, 240);
  camera.keep(frame);
  frame.fill(145, 54, 34);
  assert.equal(camera.write(frame), true);
  assert.equal(camera.writeKept(), true);
  const bytes = new Uint8Array(64);
  assert.equal(readSync(reader, bytes), 32);
  const yuyv = (y: number, cb: number, cr: number) => Array.from({ length: 4 }, () => [y, cb, y, cr]).flat();
  assert.deepEqual([...bytes.subarray(0, 32)], [...yuyv(145, 54, 34), ...yuyv(81, 90, 240)]);
  assert.equal(
    camera.watchConsumers(() => {}),
    false,
  );
  assert.throws(() => camera.write(new Frame(8, 2)), TypeError);
  camera.close();
  camera.close();
  assert.equal(camera.fd, -1);
  assert.throws(() => camera.write(frame), DeviceError);
  closeSync(reader);
});

test('writing a kept frame needs one', () => {
  const camera = VirtualCamera.adopt(-1, { width: 4, height: 2, frameRate: 30 });
  assert.throws(() => camera.writeKept(), /keep/);
});

test('devices are listed without a throw, whatever there is', () => {
  for (const device of listVideoDevices()) {
    assert.match(device.path, /^\/dev\/video\d+$/);
    assert.notEqual(device.id, '');
  }
  assert.equal(findVirtualCamera('a label that nobody has chosen')?.name.startsWith('Dummy') ?? true, true);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { holdersOf, listHolders } from './device-holders.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-holders-'));
after(() => rmSync(folder, { recursive: true }));

test('another process that has the device open is named, this one is not', async () => {
  const device = join(folder, 'video0');
  writeFileSync(device, '');
  const link = join(folder, 'by-id');
  symlinkSync(device, link);
  assert.equal(listHolders(device), '');
  const child = spawn('sh', ['-c', 'exec 9<"$1"; echo ready; read wait', 'sh', link]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.deepEqual(holdersOf(device), [{ pid: child.pid, name: 'sh' }]);
  assert.equal(listHolders(link), `sh (process ${child.pid})`);
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(listHolders(device), '');
});

test('what may not be looked at is passed over', () => {
  const proc = join(folder, 'proc');
  mkdirSync(join(proc, '12/fd'), { recursive: true });
  symlinkSync('/dev/video7', join(proc, '12/fd/3'));
  mkdirSync(join(proc, '13'));
  mkdirSync(join(proc, 'sys'));
  assert.deepEqual(holdersOf('/dev/video7', proc), [{ pid: 12, name: 'a program' }]);
  assert.deepEqual(holdersOf('/dev/video7', join(folder, 'nowhere')), []);
});

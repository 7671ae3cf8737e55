import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DeviceError } from './device-error.js';
import { VirtualCamera } from './virtual-camera.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-resume-'));
after(() => rmSync(folder, { recursive: true }));

/** With a real node: test/system/scenarios/security.ts. */
for (const path of ['/dev/null', join(folder, 'file')]) {
  test(`a descriptor of ${path} is no virtual camera, and is closed`, () => {
    const fd = openSync(path, 'a');
    assert.throws(
      () => VirtualCamera.resume(fd),
      (error) => error instanceof DeviceError && error.kind === 'unsupported',
    );
    assert.throws(() => fstatSync(fd), /EBADF/);
  });
}

test('a descriptor that is not open is no virtual camera', () => {
  const fd = openSync('/dev/null', 'r');
  closeSync(fd);
  assert.throws(
    () => VirtualCamera.resume(fd),
    (error) => error instanceof DeviceError && error.kind === 'unsupported',
  );
});

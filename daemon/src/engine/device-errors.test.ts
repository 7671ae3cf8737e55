import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeviceError } from '@backscrub/native';
import { cameraError } from './device-errors.js';

test('a camera that sends nothing, and one that sends what cannot be used', () => {
  const timeout = new DeviceError('timeout', '/dev/video0');
  assert.match(cameraError(timeout, 'Cam').message, /"Cam" sends no pictures/);
  const { code, message } = cameraError(timeout, 'Cam', 30);
  assert.equal(code, 'NoCamera');
  assert.match(message, /"Cam" sends pictures that cannot be used \(30 in a row are damaged/);
});

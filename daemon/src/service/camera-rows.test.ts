import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCameraRows } from './camera-rows.js';

const ROW = {
  id: 'usb-1',
  name: 'Camera',
  path: '/dev/video0',
  usable: true,
  problem: '',
  sizes: ['1280x720'],
};

test('whole rows come through, others are left out', () => {
  assert.deepEqual(parseCameraRows([ROW]), [ROW]);
  for (const value of [
    undefined,
    null,
    'x',
    {},
    [null],
    [7],
    [{ ...ROW, id: '' }],
    [{ ...ROW, usable: 1 }],
  ]) {
    assert.deepEqual(parseCameraRows(value), [], JSON.stringify(value));
  }
});

test('what is not a text becomes one, and long lists are cut', () => {
  const [row] = parseCameraRows([
    { ...ROW, name: 7, problem: 'a\0b\ud800', sizes: new Array(1000).fill('x') },
  ]);
  assert.equal(row?.name, '');
  assert.equal(row?.problem, 'a b\ufffd');
  assert.equal(row?.sizes.length, 100);
  assert.equal(parseCameraRows(new Array(1000).fill(ROW)).length, 100);
});

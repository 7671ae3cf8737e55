import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModelRows } from './model-rows.js';

const ROW = {
  name: 'selfie',
  usable: true,
  title: 'Selfie',
  licence: 'Apache-2.0',
  source: '/usr/share',
  problem: '',
  width: 256,
  height: 144,
  output: 'mask',
  crop: 'none',
};

test('whole rows come through; a name that the bus does not carry is no name', () => {
  assert.deepEqual(parseModelRows([ROW]), [ROW]);
  for (const name of ['', 7, 'x'.repeat(501), 'a\0b', '\ud800']) {
    assert.deepEqual(parseModelRows([{ ...ROW, name }]), [], JSON.stringify(name));
  }
  assert.equal(parseModelRows([{ ...ROW, title: 'a\0b\ud800' }])[0]?.title, 'a b\ufffd');
});

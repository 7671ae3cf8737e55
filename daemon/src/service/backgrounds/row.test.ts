import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseGalleryRows } from './row.js';

const ROW = { id: 'builtin:dunes', name: 'Dunes', kind: 'still' } as const;

test('whole rows come through; a name that the bus does not carry is no name', () => {
  assert.deepEqual(parseGalleryRows([ROW]), [ROW]);
  for (const name of ['', 7, 'x'.repeat(81), 'a\0b', '\ud800']) {
    assert.deepEqual(parseGalleryRows([{ ...ROW, name }]), [], JSON.stringify(name));
  }
});

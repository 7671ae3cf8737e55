import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backgroundRows, cameraRows } from './bus-state.js';

test('rows of the store, keys of later services passed over', () => {
  const rows = backgroundRows([
    { id: 'a', name: 'Beach', kind: 'still', builtin: true, animated: false, stars: 5 },
    { id: 'b', name: 'Waves', animated: true, problem: 'Damaged.' },
  ]);
  assert.deepEqual(rows, [
    { id: 'a', name: 'Beach', animated: false, builtin: true, problem: '' },
    { id: 'b', name: 'Waves', animated: true, builtin: false, problem: 'Damaged.' },
  ]);
});

test('a row that cannot be chosen is passed over, one without a name shows its id', () => {
  assert.deepEqual(
    backgroundRows([{ name: 'No id' }, { id: 7 }, { id: 'a' }]).map(({ id, name }) => [id, name]),
    [['a', 'a']],
  );
  assert.deepEqual(
    cameraRows([{ id: '' }, { id: 'usb', name: 'Desk', chosen: true }, { id: 'x', name: 3 }]),
    [
      { id: 'usb', name: 'Desk', chosen: true, problem: '' },
      { id: 'x', name: 'x', chosen: undefined, problem: '' },
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BusState, NOTHING_KNOWN } from './bus-state.js';
import { doctorRows } from './doctor.js';
import { running, untranslated } from './testing/states.js';

const rows = (state: BusState) =>
  doctorRows(state, untranslated).map(({ title, text, bad }) => [title, text, bad]);

test('a service that is not there: which of the two, and what to do', () => {
  assert.match(String(rows(NOTHING_KNOWN)[0]?.[1]), /Install the package/);
  assert.match(String(rows({ ...NOTHING_KNOWN, installed: true })[0]?.[1]), /Click the tile/);
});

test('all is well', () => {
  assert.deepEqual(rows(running({ Version: '0.2.0', VirtualCamera: '/dev/video10', Consumers: 1 })), [
    ['Service', '0.2.0', false],
    ['State', 'Blur', false],
    ['Virtual Camera', '/dev/video10', false],
    ['Watched by an Application', 'Yes', false],
    ['More', 'Type “backscrubctl doctor” in a terminal.', false],
  ]);
});

test('what is wrong is marked, with the words of the service', () => {
  const state = running(
    {
      State: 'failed',
      LastError: ['org.backscrub.Error.NoVirtualCamera', 'Load the module.'],
      VirtualCamera: '',
    },
    { allowed: false },
  );
  assert.deepEqual(
    rows(state)
      .filter(([, , bad]) => bad)
      .map(([title]) => title),
    ['Permission', 'State', 'What to Do', 'Virtual Camera'],
  );
});

test('stopped is off, and nothing bad', () => {
  assert.deepEqual(rows(running({ State: 'stopped' })).at(1), ['State', 'Off', false]);
});

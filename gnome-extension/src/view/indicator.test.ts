import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusState } from './bus-state.js';
import { indicatorView } from './indicator.js';
import { running, untranslated } from './testing/states.js';

const view = (state: BusState) => indicatorView(state, untranslated);

test('nothing while the camera is closed', () => {
  assert.equal(view(running()).visible, false);
  assert.equal(view(running({ State: 'stopped' })).visible, false);
});

test('whenever the camera is open, whatever the state says', () => {
  for (const State of ['idle', 'starting', 'running', 'stopped', 'unheard-of'])
    assert.equal(view(running({ State, CameraInUse: true })).visible, true, State);
});

test('nothing of a service that is gone, even with old values', () => {
  assert.equal(view(running({ CameraInUse: true }, { running: false })).visible, false);
  assert.equal(view(running({ State: 'failed' }, { running: false })).visible, false);
});

test('a failure looks and reads differently', () => {
  const open = view(running({ CameraInUse: true }));
  const failed = view(running({ State: 'failed' }));
  assert.equal(failed.visible, true);
  assert.equal(failed.failed, true);
  assert.notEqual(failed.iconName, open.iconName);
  assert.notEqual(failed.accessibleName, open.accessibleName);
});

test('a failure does not hide from a screen reader that the camera is open', () => {
  const both = view(running({ State: 'failed', CameraInUse: true }));
  assert.match(both.accessibleName, /camera is open/);
  assert.doesNotMatch(view(running({ State: 'failed' })).accessibleName, /camera is open/);
});

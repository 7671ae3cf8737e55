import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BusState, NOTHING_KNOWN } from './bus-state.js';
import { running, untranslated } from './testing/states.js';
import { ICON, PROBLEM_ICON, tileView } from './tile.js';

const view = (state: BusState) => tileView(state, untranslated);

test('a service that is not installed has no tile', () => {
  assert.equal(view(NOTHING_KNOWN).visible, false);
});

test('an installed service that does not run can be started by a click', () => {
  const tile = view({ ...NOTHING_KNOWN, installed: true, allowed: true });
  assert.deepEqual(tile, {
    visible: true,
    reactive: true,
    checked: false,
    subtitle: 'Not running',
    iconName: ICON,
    hasMenu: false,
  });
});

test('a service that runs from a checkout, not installed, has a tile', () => {
  assert.equal(view(running({}, { installed: false })).visible, true);
});

test('a user who may not control it gets the reason instead of a click', () => {
  for (const state of [
    running({}, { allowed: false }),
    { ...NOTHING_KNOWN, installed: true, allowed: false },
  ]) {
    const tile = view(state);
    assert.equal(tile.reactive, false);
    assert.equal(tile.hasMenu, false);
    assert.equal(tile.subtitle, 'Not allowed');
  }
});

test('before polkit has answered, and without it, the service decides', () => {
  assert.equal(view(running({}, { allowed: undefined })).reactive, true);
});

test('a service without properties is not clicked into', () => {
  const tile = view(running({}, { properties: {} }));
  assert.equal(tile.reactive, false);
  assert.equal(tile.subtitle, 'Not responding');
});

test('stopped is off, with a menu and nothing to say', () => {
  const tile = view(running({ State: 'stopped' }));
  assert.equal(tile.checked, false);
  assert.equal(tile.hasMenu, true);
  assert.equal(tile.subtitle, null);
});

const subtitles: readonly [Parameters<typeof running>[0], string][] = [
  [{ State: 'idle', Mode: 'blur' }, 'Blur'],
  [{ State: 'running', Mode: 'blur' }, 'Blur'],
  [{ State: 'running', Mode: 'passthrough' }, 'Room visible for now'],
  [{ State: 'running', Mode: 'mask' }, 'Silhouette'],
  [{ State: 'running', Mode: 'cartoon' }, 'Cartoon'],
  [{ State: 'running', Mode: 'replace', Background: 'bookshelf' }, 'Replace – Bookshelf'],
  [{ State: 'idle', Mode: 'replace', Background: 'color:#204a87' }, 'Replace – Color'],
  [{ State: 'idle', Mode: 'replace', Background: 'gradient:#204a87-#000000' }, 'Replace – Gradient'],
  [
    { State: 'idle', Mode: 'replace', Background: '/usr/share/backgrounds/my.beach.jpg' },
    'Replace – my.beach',
  ],
  [{ State: 'idle', Mode: 'replace', Background: '' }, 'Replace'],
  [{ State: 'starting' }, 'Starting…'],
  [{ State: 'something of a later service' }, 'Starting…'],
  [{ State: 'suspended' }, 'Suspended'],
];
for (const [properties, subtitle] of subtitles) {
  test(`subtitle of ${JSON.stringify(properties)}`, () => {
    const tile = view(running(properties));
    assert.equal(tile.subtitle, subtitle);
    assert.equal(tile.checked, true);
    assert.equal(tile.iconName, ICON);
  });
}

test('a name with a dollar sign is shown as it is', () => {
  const backgrounds = [{ id: 'b', name: "$& $'", animated: false, builtin: false, problem: '' }];
  const tile = view(running({ Mode: 'replace', Background: 'b' }, { backgrounds }));
  assert.equal(tile.subtitle, "Replace – $& $'");
});

const errors: readonly [string, string][] = [
  ['org.backscrub.Error.NoCamera', 'Camera unplugged'],
  ['org.backscrub.Error.CameraBusy', 'Camera in use'],
  ['org.backscrub.Error.NoVirtualCamera', 'No virtual camera'],
  ['org.backscrub.Error.BadImage', 'Background unusable'],
  ['org.backscrub.Error.UnknownBackground', 'Background unusable'],
  ['org.backscrub.Error.BadModel', 'Model unusable'],
  ['org.backscrub.Error.UnknownModel', 'Model unusable'],
  ['org.backscrub.Error.Failed', 'Not working'],
  ['org.freedesktop.DBus.Error.NoCamera', 'Not working'],
  ['', 'Not working'],
];
for (const [name, subtitle] of errors) {
  test(`failed with ${name || 'no name'}`, () => {
    const tile = view(running({ State: 'failed', LastError: [name, 'What to do.'] }));
    assert.deepEqual([tile.subtitle, tile.iconName, tile.checked], [subtitle, PROBLEM_ICON, true]);
  });
}

test('failed, of a service without LastError', () => {
  const { LastError: _, ...properties } = running({ State: 'failed' }).properties;
  assert.equal(view(running({}, { properties })).subtitle, 'Not working');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BusState } from './bus-state.js';
import { menuView, switchedEffects } from './menu.js';
import { running, untranslated } from './testing/states.js';

const view = (state: BusState) => menuView(state, untranslated);
const selected = (choices: readonly { id: string; selected: boolean }[] | undefined) =>
  choices?.filter((choice) => choice.selected).map((choice) => choice.id);

test('the modes of the service, the current one marked', () => {
  const { modes } = view(running({ Mode: 'mask' }));
  assert.deepEqual(
    modes.map(({ label }) => label),
    ['Blur', 'Replace', 'Silhouette', 'No Effect, Room Visible'],
  );
  assert.deepEqual(selected(modes), ['mask']);
});

test('only modes that the service has, those of later ones at the end', () => {
  const { modes } = view(running({ Modes: ['cartoon', 'passthrough', 'blur'] }));
  assert.deepEqual(
    modes.map(({ id }) => id),
    ['blur', 'passthrough', 'cartoon'],
  );
});

test('the blur is there with blur only, the gallery with replace only', () => {
  const blur = view(running({ Mode: 'blur', BlurStrength: 70 }));
  assert.deepEqual([blur.blur, blur.gallery], [70, undefined]);
  const replace = view(running({ Mode: 'replace' }));
  assert.equal(replace.blur, undefined);
  assert.deepEqual(selected(replace.gallery), ['bookshelf']);
  const mask = view(running({ Mode: 'mask' }));
  assert.deepEqual([mask.blur, mask.gallery], [undefined, undefined]);
});

test('a blur of 0 is a blur', () => {
  assert.equal(view(running({ BlurStrength: 0 })).blur, 0);
});

test('what a screen reader says of a background', () => {
  const names = view(running({ Mode: 'replace' })).gallery?.map(({ accessibleName }) => accessibleName);
  assert.deepEqual(names, ['Bookshelf', 'Waves, animated']);
});

test('a colour that is not in the list is shown as a colour, and marked', () => {
  const cell = view(running({ Mode: 'replace', Background: 'color:#204A87' })).gallery?.at(-1);
  assert.deepEqual(cell, {
    id: 'color:#204A87',
    label: 'Color',
    selected: true,
    color: '#204A87',
    hasThumbnail: false,
    accessibleName: 'Color',
  });
});

test('only a whole colour gets into a style sheet', () => {
  const cell = view(running({ Mode: 'replace', Background: 'color:#fff;x:y' })).gallery?.at(-1);
  assert.equal(cell?.color, null);
});

test('a file has no thumbnail, a gradient has one', () => {
  const last = (background: string) =>
    view(running({ Mode: 'replace', Background: background })).gallery?.at(-1)?.hasThumbnail;
  assert.equal(last('/usr/share/backgrounds/beach.jpg'), false);
  assert.equal(last('gradient:#204a87-#000000'), true);
});

test('a damaged background is not offered', () => {
  const backgrounds = [{ id: 'b', name: 'B', animated: false, builtin: false, problem: 'Remove it.' }];
  assert.deepEqual(view(running({ Mode: 'replace', Background: '' }, { backgrounds })).gallery, []);
});

test('thirty backgrounds are thirty cells in the order of the service', () => {
  const backgrounds = Array.from({ length: 30 }, (_, index) => ({
    id: `b${index}`,
    name: `Background ${index}`,
    animated: false,
    builtin: false,
    problem: '',
  }));
  const { gallery } = view(running({ Mode: 'replace', Background: 'b17' }, { backgrounds }));
  assert.deepEqual(
    gallery?.map(({ id }) => id),
    backgrounds.map(({ id }) => id),
  );
  assert.deepEqual(selected(gallery), ['b17']);
});

test('an older service without effects, cameras and a store has none of these parts', () => {
  const { AvailableEffects: _a, Effects: _e, ...properties } = running({ Mode: 'replace' }).properties;
  const menu = view(
    running({}, { methods: new Set(), properties, backgrounds: undefined, cameras: undefined }),
  );
  assert.deepEqual([menu.gallery, menu.effects, menu.cameras], [undefined, undefined, undefined]);
  assert.equal(menu.modes.length, 4);
});

test('properties alone do not bring switches that would be refused', () => {
  const menu = view(running({}, { methods: new Set() }));
  assert.deepEqual([menu.effects, menu.cameras], [undefined, undefined]);
});

test('a switch for each effect', () => {
  const { effects } = view(running({ Effects: ['hologram'] }));
  assert.deepEqual(
    effects?.map(({ label, selected: on }) => [label, on]),
    [
      ['Mirror', false],
      ['Hologram', true],
      ['Vignette', false],
    ],
  );
});

test('a service with no effects has no empty submenu', () => {
  assert.equal(view(running({ AvailableEffects: [] })).effects, undefined);
});

test('one camera is no choice', () => {
  const one = [{ id: 'usb-1', name: 'Integrated Camera', chosen: undefined, problem: '' }];
  assert.equal(view(running({}, { cameras: one })).cameras, undefined);
  assert.equal(view(running({}, { cameras: [] })).cameras, undefined);
});

test('two cameras and the automatic choice', () => {
  const { cameras } = view(running({ Camera: 'usb-2' }));
  assert.deepEqual(
    cameras?.map(({ label }) => label),
    ['Automatic', 'Integrated Camera', 'Desk Camera'],
  );
  assert.deepEqual(selected(cameras), ['usb-2']);
  assert.deepEqual(selected(view(running({ Camera: '' })).cameras), ['']);
});

test('the problem is told in the words of the service, while there is one', () => {
  const LastError: [string, string] = ['org.backscrub.Error.NoCamera', 'Plug it in again.'];
  assert.equal(view(running({ State: 'failed', LastError })).problem, 'Plug it in again.');
  assert.equal(view(running({ State: 'running', LastError })).problem, undefined);
  assert.equal(view(running({ State: 'failed', LastError: ['', ''] })).problem, undefined);
});

test('nothing is known of a service that just appeared', () => {
  const menu = view(running({}, { properties: {}, backgrounds: undefined, cameras: undefined }));
  assert.deepEqual(menu.modes, []);
  assert.deepEqual([menu.blur, menu.gallery, menu.problem], [undefined, undefined, undefined]);
});

const available = ['mirror', 'hologram', 'vignette'];
const switches: readonly [readonly string[], string, boolean, readonly string[]][] = [
  [[], 'hologram', true, ['hologram']],
  [['vignette'], 'hologram', true, ['hologram', 'vignette']],
  [['mirror', 'vignette'], 'hologram', true, ['mirror', 'hologram', 'vignette']],
  [['mirror', 'hologram'], 'mirror', false, ['hologram']],
  [['hologram'], 'hologram', true, ['hologram']],
  [['hologram'], 'mirror', false, ['hologram']],
  [['unheard-of'], 'mirror', true, ['unheard-of', 'mirror']],
];
for (const [current, effect, on, expected] of switches) {
  test(`${effect} ${on ? 'on' : 'off'} with [${current}]`, () => {
    assert.deepEqual(switchedEffects(available, current, effect, on), expected);
  });
}

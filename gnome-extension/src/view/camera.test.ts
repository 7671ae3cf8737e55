import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraChoices, frameRateChoices, modelChoices, resolutionChoices } from './camera.js';
import { untranslated as _, running } from './testing/states.js';

const selected = (choices: readonly { id: string; selected: boolean }[] | undefined) =>
  choices?.filter((choice) => choice.selected).map(({ id }) => id);

test('a single camera can be chosen, too, beside the automatic choice', () => {
  const cameras = [{ id: 'usb-1', name: 'Integrated Camera', chosen: undefined, problem: '' }];
  const choices = cameraChoices(running({ Camera: 'usb-1' }, { cameras }), _);
  assert.deepEqual(
    choices?.map(({ label }) => label),
    ['Automatic', 'Integrated Camera'],
  );
  assert.deepEqual(selected(choices), ['usb-1']);
  assert.equal(cameraChoices(running({}, { cameras: undefined }), _), undefined);
});

const row = (id: string, chosen: boolean, problem = '') => ({ id, name: id, chosen, problem });

test('an automatic choice stays one while its camera is in use', () => {
  const automatic = running({ Camera: 'usb-1' }, { cameras: [row('usb-1', false), row('usb-2', false)] });
  assert.deepEqual(selected(cameraChoices(automatic, _)), ['']);
  const standIn = running({ Camera: 'usb-1' }, { cameras: [row('usb-1', false), row('usb-2', true)] });
  assert.deepEqual(selected(cameraChoices(standIn, _)), ['usb-2']);
});

test('a camera that cannot be used is offered only when it is the chosen one', () => {
  const ids = (chosen: boolean) =>
    cameraChoices(running({}, { cameras: [row('a', !chosen), row('b', chosen, 'Unplugged.')] }), _)?.map(
      ({ id }) => id,
    );
  assert.deepEqual(ids(false), ['', 'a']);
  assert.deepEqual(ids(true), ['', 'a', 'b']);
});

test('the usual sizes, and one of the user', () => {
  assert.deepEqual(selected(resolutionChoices(running({ Resolution: 'auto' }), _)), ['auto']);
  const own = resolutionChoices(running({ Resolution: '800x600' }), _);
  assert.deepEqual(own?.at(-1), { id: '800x600', label: '800 × 600', selected: true });
  assert.equal(resolutionChoices(running(), _), undefined);
});

test('rates in frames per second, 0 is that of the camera', () => {
  const choices = frameRateChoices(running({ FrameRate: 0 }), _);
  assert.deepEqual(choices?.[0], { id: '0', label: 'Same as Camera', selected: true });
  assert.deepEqual(frameRateChoices(running({ FrameRate: 12 }), _)?.at(-1), {
    id: '12',
    label: '12 per second',
    selected: true,
  });
  assert.equal(frameRateChoices(running(), _), undefined);
});

test('models that can be used, with what they cost', () => {
  const rows = [
    { name: 'selfie', title: 'Selfie', usable: true, width: 256, height: 256 },
    { name: 'own', title: '', usable: true, width: 0, height: 0 },
    { name: 'broken', title: 'Broken', usable: false, width: 1, height: 1 },
    { usable: true },
  ];
  assert.deepEqual(modelChoices(rows, 'own', _), [
    { id: 'selfie', label: 'Selfie (256 × 256)', selected: false },
    { id: 'own', label: 'own', selected: true },
  ]);
  assert.deepEqual(selected(modelChoices(rows, 'broken', _)), ['broken']);
  assert.equal(modelChoices(undefined, 'own', _), undefined);
  assert.equal(modelChoices(rows, undefined, _), undefined);
});

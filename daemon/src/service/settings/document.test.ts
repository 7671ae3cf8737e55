import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_SETTINGS, SETTING_NAMES, SETTINGS, type Settings } from '../session/settings.js';
import { DamagedSettings, formatSettings, NEW_DOCUMENT, parseSettings } from './document.js';

const CHOSEN: Settings = {
  started: false,
  mode: 'replace',
  background: '/usr/share/backgrounds/beach.jpg',
  blurStrength: 7,
  crossFade: 300,
  effects: ['mirror', 'vignette'],
  camera: 'usb-Acme_Camera-video-index0',
  model: 'deeplabv3_257_mv_gpu',
  onDemand: false,
  resolution: '640x480',
  frameRate: 25,
};

const text = (document: unknown): string => JSON.stringify(document);

test('a new installation is started, blurs, and takes what is there', () => {
  assert.deepEqual(INITIAL_SETTINGS, {
    started: true,
    mode: 'blur',
    background: 'color:#2e3436',
    blurStrength: 50,
    crossFade: 200,
    effects: [],
    camera: '',
    model: 'selfie_segmentation',
    onDemand: true,
    resolution: 'auto',
    frameRate: 0,
  });
});

test('every setting comes back as it was written', () => {
  for (const name of SETTING_NAMES) assert.notDeepEqual(CHOSEN[name], INITIAL_SETTINGS[name], `try ${name}`);
  const written = formatSettings({ ...NEW_DOCUMENT, settings: CHOSEN });
  assert.deepEqual(parseSettings(written), { ...NEW_DOCUMENT, settings: CHOSEN });
  assert.deepEqual(parseSettings(formatSettings(NEW_DOCUMENT)), NEW_DOCUMENT);
});

test('what is missing is as in a new installation', () => {
  const { settings, problems } = parseSettings(text({ version: 1, mode: 'mask' }));
  assert.deepEqual(settings, { ...INITIAL_SETTINGS, mode: 'mask' });
  assert.deepEqual(problems, []);
});

const WRONG: Readonly<Record<keyof Settings, readonly unknown[]>> = {
  started: ['yes', 1, null],
  mode: ['invisible', '', 3, ['blur'], null],
  background: ['beach', 'color:red', 7, `/${'x'.repeat(5000)}`],
  blurStrength: [101, -1, 1.5, '50', null],
  crossFade: [2001, -1, '200', null],
  effects: ['mirror', ['sepia'], ['mirror', 'mirror'], [1], null],
  camera: ['/dev/video0', 'a\0b', 'x'.repeat(501), false],
  model: ['../../etc/passwd', '', {}, '--help'],
  onDemand: [0, 'true'],
  resolution: ['large', '640x481', '31x32', '99999x2', 'auto ', 640],
  frameRate: [241, -1, 29.97, '30'],
};

for (const name of SETTING_NAMES) {
  test(`a wrong ${name} costs nothing but itself`, () => {
    for (const value of WRONG[name]) {
      const { settings, problems } = parseSettings(text({ version: 1, ...CHOSEN, [name]: value }));
      assert.deepEqual(settings, { ...CHOSEN, [name]: SETTINGS[name].initial }, text(value));
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`"${name}" is `) && problems[0].length < 300, problems[0]);
    }
  });
}

test('a newer version keeps its version and its keys', () => {
  const newer = { version: 3, mode: 'mask', sparkle: { deep: [1, 2] }, __proto__: null };
  const document = parseSettings(text(newer));
  assert.deepEqual(document.others, { sparkle: { deep: [1, 2] } });
  const again = JSON.parse(formatSettings({ ...document, settings: CHOSEN })) as Record<string, unknown>;
  assert.deepEqual(again, { version: 3, ...CHOSEN, sparkle: { deep: [1, 2] } });
});

test('what is no settings file is damaged', () => {
  const damaged = [
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '7',
    '{}',
    '{"version":0}',
    '{"version":"1"}',
    '{"version":1.5}',
    '\0\0\0\0',
    `{"version":1,"camera":"${'x'.repeat(70_000)}"}`,
  ];
  for (const content of damaged)
    assert.throws(() => parseSettings(content), DamagedSettings, content.slice(0, 20));
});

test('a truncated file is damaged, wherever it ends', () => {
  const whole = formatSettings({ ...NEW_DOCUMENT, settings: CHOSEN }).trimEnd();
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => parseSettings(whole.slice(0, length)), DamagedSettings, String(length));
  }
});

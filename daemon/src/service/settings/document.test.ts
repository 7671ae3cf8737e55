import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_SETTINGS, SETTING_NAMES, SETTINGS, type Settings, userLookOf } from '../session/settings.js';
import { DamagedSettings, formatSettings, MAX_USERS, NEW_DOCUMENT, parseSettings } from './document.js';

const CHOSEN: Settings = {
  started: false,
  mode: 'replace',
  background: '/usr/share/backgrounds/beach.jpg',
  blurStrength: 7,
  crossFade: 300,
  effects: ['mirror', 'vignette'],
  camera: 'usb-Acme_Camera-video-index0',
  model: 'deeplabv3_257_mv_gpu',
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
  mode: ['invisible', '', 3, ['blur'], null, 'passthrough'],
  background: ['beach', 'color:red', 7, `/${'x'.repeat(5000)}`],
  blurStrength: [101, -1, 1.5, '50', null, 0],
  crossFade: [2001, -1, '200', null],
  effects: ['mirror', ['sepia'], ['mirror', 'mirror'], [1], null],
  camera: ['/dev/video0', 'a\0b', 'x'.repeat(501), false],
  model: ['../../etc/passwd', '', {}, '--help'],
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

test('what held for a visit only leaves the file of an earlier version', () => {
  const document = parseSettings(
    text({ version: 1, mode: 'passthrough', blurStrength: 0, onDemand: false, model: 'kept' }),
  );
  assert.deepEqual(document.settings, { ...INITIAL_SETTINGS, model: 'kept' });
  assert.doesNotMatch(formatSettings(document), /passthrough|onDemand|"blurStrength": 0/);
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
    `{"version":1,"camera":"${'x'.repeat(1 << 20)}"}`,
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

test('looks of users: each read field by field, and written again', () => {
  const look = {
    mode: 'mask',
    background: 'color:#112233',
    blurStrength: 7,
    crossFade: 0,
    effects: ['mirror'],
  };
  const users = {
    '1000': look,
    '1001': { mode: 'x-ray', blurStrength: 3 },
    '01': look,
    bob: look,
    '5': null,
  };
  const document = parseSettings(text({ version: 1, users }));
  assert.deepEqual(document.users?.get(1000), look);
  const { mode, blurStrength, background } = INITIAL_SETTINGS;
  assert.deepEqual(document.users?.get(1001), {
    ...userLookOf(INITIAL_SETTINGS),
    mode,
    blurStrength: 3,
    background,
  });
  assert.notEqual(blurStrength, 3);
  assert.deepEqual([...(document.users?.keys() ?? [])], [1000, 1001]);
  assert.match(document.problems.join('\n'), /"mode" of user 1001 is "x-ray"/);
  assert.equal(document.problems.length, 4);
  assert.deepEqual(parseSettings(formatSettings(document)).users, document.users);
  assert.equal(parseSettings(text({ version: 1 })).users, undefined);
  assert.equal(parseSettings(text({ version: 1, users: 7 })).users?.size, 0);
});

test('so many users, with the longest of paths, are read again', () => {
  const look = { ...userLookOf(INITIAL_SETTINGS), background: `/${'x'.repeat(4094)}` };
  const users = new Map(Array.from({ length: MAX_USERS }, (_, user) => [user, look]));
  assert.equal(parseSettings(formatSettings({ ...NEW_DOCUMENT, users })).users?.size, MAX_USERS);
});

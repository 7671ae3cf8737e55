import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { INITIAL_SETTINGS } from '../session/settings.js';
import { NEW_DOCUMENT } from './document.js';
import { SettingsFile } from './settings-file.js';

let folder: string;
let path: string;
let warnings: string[];
let file: SettingsFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backscrub-settings-'));
  path = join(folder, 'settings.json');
  warnings = [];
  file = new SettingsFile(folder, (_level, text) => warnings.push(text));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MASK = { ...NEW_DOCUMENT, settings: { ...INITIAL_SETTINGS, mode: 'mask' } } as const;

test('a new installation has no file, and no warning', () => {
  assert.deepEqual(file.read(), NEW_DOCUMENT);
  assert.deepEqual(warnings, []);
  assert.deepEqual(readdirSync(folder), []);
});

test('written, read, and nobody else may look; nothing else is left', async () => {
  await file.write(MASK);
  await file.write(MASK);
  assert.deepEqual(file.read(), MASK);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['settings.json']);
});

test('a writer that died half way leaves the old file in force', async () => {
  await file.write(MASK);
  writeFileSync(`${path}.new`, '{"version":1,"mo');
  assert.deepEqual(file.read(), MASK);
  await file.write(NEW_DOCUMENT);
  assert.deepEqual(file.read(), NEW_DOCUMENT);
  assert.deepEqual(readdirSync(folder), ['settings.json']);
});

test('a link that was left where the next file is written is not followed, and does not stop saving', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'untouched');
  symlinkSync(other, `${path}.new`);
  await file.write(MASK);
  assert.deepEqual(file.read(), MASK);
  assert.equal(readFileSync(other, 'utf8'), 'untouched');
  assert.deepEqual(readdirSync(folder).sort(), ['other', 'settings.json']);
});

test('a damaged file is set aside with its content, and the next one is written anew', async () => {
  for (const damage of ['{"version":1,', '\0'.repeat(400), '']) {
    warnings.length = 0;
    writeFileSync(path, damage);
    assert.deepEqual(file.read(), NEW_DOCUMENT);
    const aside = readdirSync(folder).filter((name) =>
      /^settings\.json\.damaged-\d{4}-\d\d-\d\dT\d+Z$/.test(name),
    );
    assert.equal(aside.length, 1);
    assert.equal(readFileSync(join(folder, aside[0] ?? ''), 'utf8'), damage);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /set aside/);
    await file.write(MASK);
    assert.deepEqual(file.read(), MASK);
    rmSync(join(folder, aside[0] ?? ''));
  }
});

test('something that is no file is set aside, too', async () => {
  mkdirSync(path);
  assert.deepEqual(file.read(), NEW_DOCUMENT);
  await file.write(MASK);
  assert.deepEqual(file.read(), MASK);
});

test('a wrong field is warned about, and the file stays', async () => {
  writeFileSync(path, '{"version":1,"mode":"invisible","blurStrength":9}');
  assert.equal(file.read().settings.blurStrength, 9);
  assert.match(warnings[0] ?? '', /"mode" is "invisible".*passthrough, blur, replace, mask/);
  assert.deepEqual(readdirSync(folder), ['settings.json']);
});

test('a folder that is not there', async () => {
  const nowhere = new SettingsFile(join(folder, 'nowhere'), () => {});
  assert.deepEqual(nowhere.read(), NEW_DOCUMENT);
  await assert.rejects(nowhere.write(MASK), /ENOENT/);
});

test('systemd names the folder', () => {
  assert.equal(
    SettingsFile.ofService({}, () => {}),
    undefined,
  );
  assert.ok(SettingsFile.ofService({ STATE_DIRECTORY: `${folder}:/other` }, () => {}));
});

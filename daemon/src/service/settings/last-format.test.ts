import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { LastFormat } from './last-format.js';

const folder = mkdtempSync(join(tmpdir(), 'backscrub-format-'));
after(() => rmSync(folder, { recursive: true }));
const open = (): LastFormat => new LastFormat(folder, () => {});
const FORMAT = { width: 640, height: 480, frameRate: 15 };

test('the last one is found again', async () => {
  const memory = open();
  assert.equal(memory.read(), undefined);
  memory.update({ ...FORMAT, frameRate: 30 });
  memory.update(FORMAT);
  await memory.close();
  assert.deepEqual(open().read(), FORMAT);
  assert.deepEqual(readdirSync(folder), ['format.json']);
});

test('a link that was left where the next file is written is not followed, and does not stop saving', async () => {
  const other = join(folder, 'other');
  writeFileSync(other, 'untouched');
  symlinkSync(other, join(folder, 'format.json.new'));
  const memory = open();
  memory.update({ ...FORMAT, frameRate: 25 });
  await memory.close();
  assert.deepEqual(open().read(), { ...FORMAT, frameRate: 25 });
  assert.equal(readFileSync(other, 'utf8'), 'untouched');
  assert.deepEqual(readdirSync(folder).sort(), ['format.json', 'other']);
  rmSync(other);
});

test('what is no format is nothing', () => {
  for (const text of [
    '',
    '{',
    'null',
    '7',
    '{"width":640,"height":480}',
    '{"width":641,"height":480,"frameRate":15}',
    '{"width":640,"height":99999,"frameRate":15}',
    '{"width":640,"height":480,"frameRate":0}',
    '{"width":"640","height":480,"frameRate":15}',
  ]) {
    writeFileSync(join(folder, 'format.json'), text);
    assert.equal(open().read(), undefined, text);
  }
});

test('a file without an end is not read, and a link not followed', () => {
  const path = join(folder, 'format.json');
  writeFileSync(path, `${JSON.stringify(FORMAT)}${' '.repeat(1024)}`);
  assert.equal(open().read(), undefined);
  rmSync(path);
  writeFileSync(join(folder, 'elsewhere'), JSON.stringify(FORMAT));
  symlinkSync(join(folder, 'elsewhere'), path);
  assert.equal(open().read(), undefined);
  rmSync(path);
  symlinkSync('/dev/zero', path);
  assert.equal(open().read(), undefined);
  rmSync(path);
});

test('a folder that cannot be written to costs nothing else', async () => {
  const memory = new LastFormat(join(folder, 'absent'), () => {});
  memory.update(FORMAT);
  await memory.close();
});

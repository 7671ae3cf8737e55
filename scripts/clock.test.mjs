import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomSources } from './lib/rooms.mjs';

/** Names of files, marks in the file system, dates for people: of the wall's clock, and nothing depends on how far it has moved. */
const mayAskTheWall = [
  'daemon/src/engine/backgrounds/prepared-video.ts',
  'daemon/src/service/backgrounds/store.ts',
  'daemon/src/service/kept-answer.ts',
  'daemon/src/service/settings/settings-file.ts',
];

test('service and engine measure time with a clock that does not jump', () => {
  const sources = roomSources().filter(
    ([file]) => /^daemon\/src\/(service|engine)\//.test(file) && !file.endsWith('.test.ts'),
  );
  assert.ok(sources.length > 50);
  const guilty = sources.filter(([file, text]) => /\bDate\b/.test(text) && !mayAskTheWall.includes(file));
  assert.deepEqual(
    guilty.map(([file]) => file),
    [],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomSources } from './lib/rooms.mjs';

/** Names of files, marks in the file system, dates for people: of the wall's clock, and nothing depends on how far it has moved. */
const mayAskTheWall = [
  'daemon/src/engine/backgrounds/kept-loops.ts',
  'daemon/src/service/backgrounds/user-backgrounds.ts',
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

test('the service judges nobody by a timer that fires before what was waited for is read', () => {
  const sources = roomSources().filter(
    ([file]) =>
      (/^daemon\/src\/service\//.test(file) || file === 'daemon/src/children/ask-helper.ts') &&
      !/\.test\.ts$|\/testing\//.test(file),
  );
  assert.ok(sources.length > 40);
  const guilty = sources.filter(([, text]) => /\bset(Timeout|Interval)\b|\btimeout:.*killSignal/.test(text));
  assert.deepEqual(
    guilty.map(([file]) => file),
    [],
    'use Clock.after, or shared/patient-timer.ts',
  );
});

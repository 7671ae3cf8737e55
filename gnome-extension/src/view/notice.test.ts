import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notices } from './notice.js';
import { running, untranslated } from './testing/states.js';

const unplugged = running({
  State: 'failed',
  LastError: ['org.backscrub.Error.NoCamera', 'Plug the camera in again.'],
});
const busy = running({
  State: 'failed',
  LastError: ['org.backscrub.Error.CameraBusy', 'Close the other application.'],
});

function play(...states: readonly ReturnType<typeof running>[]) {
  const notices = new Notices();
  return states.map((state) => notices.next(state, untranslated));
}

const shown = { title: 'Backscrub: Camera unplugged', body: 'Plug the camera in again.' };

test('an error is told once, in the words of the service', () => {
  assert.deepEqual(play(unplugged, unplugged, unplugged), [shown, undefined, undefined]);
});

test('trying again in between does not tell it again', () => {
  assert.deepEqual(play(unplugged, running({ State: 'starting' }), unplugged), [shown, undefined, undefined]);
});

test('another error takes its place', () => {
  const [, second] = play(unplugged, busy);
  assert.deepEqual(second, {
    title: 'Backscrub: Camera in use',
    body: 'Close the other application.',
  });
});

for (const State of ['running', 'idle', 'stopped']) {
  test(`${State}: the notification goes, and the next failure is told again`, () => {
    assert.deepEqual(play(unplugged, running({ State }), unplugged), [shown, 'withdraw', shown]);
  });
}

test('a service that goes away takes its notification along', () => {
  assert.deepEqual(play(unplugged, running({}, { running: false, properties: {} })), [shown, 'withdraw']);
});

test('nothing to tell, nothing to withdraw', () => {
  assert.deepEqual(play(running(), running({ State: 'stopped' })), [undefined, undefined]);
});

test('an old error that no longer counts is not told', () => {
  assert.deepEqual(play(running({ LastError: ['org.backscrub.Error.NoCamera', 'Gone.'] })), [undefined]);
});

test('a failure without words waits for the words', () => {
  assert.deepEqual(play(running({ State: 'failed' }), unplugged), [undefined, shown]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Deed, type Effect, exposures, mayShow } from './exposure.js';

function deed(from: number, to: number, effect: Effect, failed = false): Deed {
  return { from, to, effect, failed };
}

test('the room may be seen from the wish for passthrough to the answer that it is hidden', () => {
  const stretches = exposures([
    deed(10, 12, { mode: 'replace' }),
    deed(20, 25, { mode: 'passthrough' }),
    deed(30, 32, {}),
    deed(40, 45, { mode: 'blur' }),
  ]);
  assert.deepEqual(stretches, [{ from: 20, to: 45 }]);
  assert.deepEqual(
    [19, 20, 44, 45].map((time) => mayShow(stretches, time)),
    [false, true, true, false],
  );
});

test('what failed has shown it until it said so, and has hidden nothing', () => {
  assert.deepEqual(exposures([deed(10, 20, { mode: 'passthrough' }, true)]), [{ from: 10, to: 20 }]);
  assert.deepEqual(exposures([deed(10, 20, { mode: 'passthrough' }), deed(30, 40, { mode: 'mask' }, true)]), [
    { from: 10, to: Infinity },
  ]);
});

test('a mode that hides ends it while the one before has no answer yet', () => {
  for (const failed of [false, true]) {
    assert.deepEqual(
      exposures([deed(10, 100, { mode: 'passthrough' }, failed), deed(11, 15, { mode: 'replace' })]),
      [{ from: 10, to: 15 }],
    );
  }
});

test('a blur of no strength shows it, in that mode', () => {
  const zero = [deed(10, 11, { mode: 'replace' }), deed(20, 21, { strength: 0 })];
  assert.deepEqual(exposures(zero), []);
  assert.deepEqual(exposures([...zero, deed(30, 31, { mode: 'blur' }), deed(40, 41, { strength: 50 })]), [
    { from: 30, to: 41 },
  ]);
  assert.deepEqual(exposures([...zero, deed(30, 31, { look: true }), deed(40, 41, { mode: 'mask' })]), [
    { from: 30, to: 41 },
  ]);
});

test('Stop and a new life of the service end it, whatever was chosen', () => {
  const visit = [
    deed(5, 6, { strength: 0 }),
    deed(10, 11, { mode: 'passthrough' }),
    deed(20, 25, { ends: true }),
  ];
  assert.deepEqual(exposures([...visit, deed(30, 31, { mode: 'blur' })]), [{ from: 5, to: 25 }]);
});

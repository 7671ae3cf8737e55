import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseErrorInfo } from '../shared/errors.js';
import type { FromEngine } from '../shared/protocol.js';
import { parseEngineMessage } from './engine-messages.js';

const ERROR = { code: 'NoCamera', message: 'plug one in' } as const;
const STATISTICS = {
  frames: 1,
  dropped: 0,
  reusedMattes: 0,
  framesPerSecond: 29.97,
  executionProvider: 'cpu',
  stages: { infer: { wallMedian: 1, wallP99: 2, cpuMedian: 1, cpuP99: 2 } },
};

test('every message of the protocol comes through', () => {
  const messages: FromEngine[] = [
    { type: 'camera', inUse: true, id: 'usb', name: 'Camera' },
    { type: 'ready', serial: 1 },
    { type: 'released', error: ERROR },
    { type: 'look-applied', serial: 2 },
    { type: 'look-refused', serial: 0, error: ERROR },
    { type: 'model-applied', serial: 3 },
    { type: 'model-refused', serial: 3, error: ERROR },
    { type: 'statistics', statistics: STATISTICS },
    { type: 'failed', error: ERROR },
  ];
  for (const message of messages) assert.deepEqual(parseEngineMessage(structuredClone(message)), message);
});

test('nothing else does', () => {
  const others: unknown[] = [
    undefined,
    null,
    'ready',
    [],
    {},
    { type: 'ready' },
    { type: 'ready', serial: -1 },
    { type: 'ready', serial: 1.5 },
    { type: 'camera', inUse: 1, id: '', name: '' },
    { type: 'camera', inUse: true, id: 'x'.repeat(501), name: '' },
    { type: 'released' },
    { type: 'failed', error: 'text' },
    { type: 'statistics', statistics: { ...STATISTICS, frames: Number.NaN } },
    {
      type: 'statistics',
      statistics: { ...STATISTICS, stages: { __proto__: null, 'a b': STATISTICS.stages.infer } },
    },
    { type: 'statistics', statistics: { ...STATISTICS, stages: { infer: { wallMedian: 1 } } } },
    { type: 'constructor' },
  ];
  for (const other of others) assert.equal(parseEngineMessage(other), undefined, JSON.stringify(other));
});

test('more than the protocol says is left out', () => {
  assert.deepEqual(parseEngineMessage({ type: 'ready', serial: 3, more: 1 }), { type: 'ready', serial: 3 });
});

test('an error of a code that is not ours is Failed, and its text is bounded', () => {
  assert.deepEqual(parseErrorInfo({ code: 'toString', message: 'x' }), { code: 'Failed', message: 'x' });
  assert.equal(parseErrorInfo({ code: 'Failed', message: 'x'.repeat(9999) })?.message.length, 500);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseErrorInfo } from '../shared/errors.js';
import type { FromEngine } from '../shared/protocol.js';
import { parseEngineLine, parseEngineMessage } from './engine-messages.js';

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
    { type: 'loading' },
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

test('text that the bus does not carry becomes text that it does', () => {
  const text = 'a\0b\ud800';
  const clean = 'a b\ufffd';
  const error = { code: 'NoCamera', message: text };
  assert.equal(parseErrorInfo(error)?.message, clean);
  assert.deepEqual(parseEngineMessage({ type: 'failed', error }), {
    type: 'failed',
    error: { code: 'NoCamera', message: clean },
  });
  assert.deepEqual(parseEngineMessage({ type: 'camera', inUse: true, id: text, name: text }), {
    type: 'camera',
    inUse: true,
    id: clean,
    name: clean,
  });
  const statistics = { ...STATISTICS, executionProvider: text };
  assert.deepEqual(parseEngineMessage({ type: 'statistics', statistics }), {
    type: 'statistics',
    statistics: { ...STATISTICS, executionProvider: clean },
  });
});

const line = (message: unknown): Buffer => Buffer.from(JSON.stringify(message));

test('a line is a message; a long one is a picture or nothing, and is not parsed', () => {
  const camera = { type: 'camera', inUse: true, id: 'usb', name: 'Kamera für alle' } as const;
  assert.deepEqual(parseEngineLine(line(camera)), camera);
  for (const size of [8, 3 << 20, 23 << 20]) {
    const picture = { type: 'snapshot', serial: 4, jpeg: Buffer.alloc(size, 7).toString('base64') } as const;
    assert.deepEqual(parseEngineLine(line(picture)), picture);
  }
  assert.equal(parseEngineLine(Buffer.from('{"type":')), undefined);
  assert.equal(parseEngineLine(Buffer.from('')), undefined);
  const began = performance.now();
  for (const jpeg of ['x"y'.repeat(1 << 20), ['x'.repeat(70_000)]]) {
    assert.equal(parseEngineLine(line({ type: 'snapshot', serial: 4, jpeg })), undefined);
  }
  assert.equal(parseEngineLine(line({ type: 'ready', serial: 1, more: 'x'.repeat(70_000) })), undefined);
  assert.equal(parseEngineLine(Buffer.from('['.repeat(8 << 20))), undefined);
  assert.ok(performance.now() - began < 2000);
});

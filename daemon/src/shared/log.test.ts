import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.js';

function lines(underSystemd: boolean, debug = false): { log: ReturnType<typeof createLog>; out: string[] } {
  const out: string[] = [];
  return { log: createLog((line) => out.push(line), underSystemd, debug), out };
}

test('the journal gets priorities', () => {
  const { log, out } = lines(true);
  log('error', 'broken');
  log('info', 'fine');
  assert.deepEqual(out, ['<3>broken\n', '<6>fine\n']);
});

test('a terminal gets words', () => {
  const { log, out } = lines(false);
  log('warning', 'careful');
  log('info', 'fine');
  assert.deepEqual(out, ['warning: careful\n', 'fine\n']);
});

test('text cannot start a line of its own', () => {
  const { log, out } = lines(true);
  log('info', 'name\n<0>forged');
  assert.deepEqual(out, ['<6>name <0>forged\n']);
});

test('debug lines only on request', () => {
  const quiet = lines(false);
  quiet.log('debug', 'detail');
  assert.deepEqual(quiet.out, []);
  const loud = lines(false, true);
  loud.log('debug', 'detail');
  assert.deepEqual(loud.out, ['debug: detail\n']);
});

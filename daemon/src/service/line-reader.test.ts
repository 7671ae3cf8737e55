import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineReader } from './line-reader.js';

function setUp(most = 8) {
  const lines: string[] = [];
  const reader = new LineReader(
    most,
    (line) => lines.push(line.toString()),
    () => lines.push('too long'),
  );
  return { lines, feed: (text: string) => reader.feed(Buffer.from(text)) };
}

test('lines come whole, however they are cut', () => {
  const { lines, feed } = setUp();
  for (const part of ['a', 'b\n', '\nc\nde', '', 'f\ng']) feed(part);
  assert.deepEqual(lines, ['ab', '', 'c', 'def']);
  feed('\n');
  assert.equal(lines.at(-1), 'g');
});

test('the longest line, and one that is longer', () => {
  const { lines, feed } = setUp();
  feed('12345678\n1234');
  feed('5678');
  assert.deepEqual(lines, ['12345678']);
  feed('9');
  feed('\nmore\n');
  assert.deepEqual(lines, ['12345678', 'too long'], 'once, and nothing after it');
});

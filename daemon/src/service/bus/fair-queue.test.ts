import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue, LIMITS } from './fair-queue.js';

function setUp() {
  const turns: (() => void)[] = [];
  const queue = new FairQueue((turn) => turns.push(turn));
  const done: string[] = [];
  const send = (sender: string, name: string, bytes = 0): (() => void) | undefined => {
    const place = queue.enter(sender, bytes);
    place?.queue(() => done.push(name));
    return place?.leave;
  };
  /** One turn of the event loop. */
  const turn = (): void => {
    for (const work of turns.splice(0)) work();
  };
  return { queue, done, send, turn };
}

test('senders take turns, and each turn of the loop does one call', () => {
  const { done, send, turn } = setUp();
  for (let i = 0; i < 100; i++) send('flood', `flood ${i}`);
  send('a', 'a 0');
  send('a', 'a 1');
  send('b', 'b 0');
  assert.deepEqual(done, [], 'nothing is done while messages are read');
  for (let i = 0; i < 5; i++) turn();
  assert.deepEqual(done, ['flood 0', 'a 0', 'b 0', 'flood 1', 'a 1']);
  send('c', 'c 0');
  turn();
  turn();
  assert.deepEqual(done.slice(5), ['flood 2', 'c 0']);
  for (let i = 0; i < 200; i++) turn();
  assert.equal(done.length, 104);
  assert.equal(done.at(-1), 'flood 99', 'in their order');
});

test('a sender has so many calls at most, also while they are at work', () => {
  const { send, turn } = setUp();
  const leave = Array.from({ length: LIMITS.calls }, (_, i) => send('flood', `${i}`));
  assert.equal(send('flood', 'one more'), undefined);
  assert.ok(send('other', 'x'), 'nobody else is refused');
  for (let i = 0; i < LIMITS.calls + 1; i++) turn();
  assert.equal(send('flood', 'not answered yet'), undefined);
  leave[0]?.();
  leave[0]?.();
  assert.ok(send('flood', 'next'));
  assert.equal(send('flood', 'one more'), undefined, 'a place is left once');
});

test('and so many bytes', () => {
  const { send } = setUp();
  const leave = send('flood', '1', LIMITS.bytes);
  assert.ok(leave);
  assert.equal(send('flood', '2', 1), undefined);
  assert.ok(send('flood', '3', 0));
  leave();
  assert.ok(send('flood', '4', 1));
});

test('work that ends the connection of its sender ends nothing else', () => {
  const { queue, done, send, turn } = setUp();
  const place = queue.enter('a', 0);
  place?.queue(() => {
    place.leave();
    done.push('a');
  });
  send('b', 'b');
  for (let i = 0; i < 3; i++) turn();
  assert.deepEqual(done, ['a', 'b']);
});

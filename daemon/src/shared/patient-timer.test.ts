import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { after, type Loop } from './patient-timer.js';

/** A loop that somebody holds up. */
class SlowLoop implements Loop {
  time = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  readonly #immediates = new Set<() => void>();

  now(): number {
    return this.time;
  }

  timer(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  afterInput(callback: () => void): () => void {
    this.#immediates.add(callback);
    return () => this.#immediates.delete(callback);
  }

  /** One turn: timers that are over, then input, then the rest. */
  turn(input: () => void = () => {}): void {
    for (const timer of [...this.#timers]) {
      if (timer.at > this.time) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
    input();
    for (const callback of [...this.#immediates]) {
      this.#immediates.delete(callback);
      callback();
    }
  }
}

function judge(loop: SlowLoop, milliseconds: number) {
  const verdict = { silent: false };
  const cancel = after(
    milliseconds,
    () => {
      verdict.silent = true;
    },
    loop,
  );
  return { verdict, cancel };
}

test('a sign of life that waited behind the timer counts', () => {
  for (const held of [1000, 1001, 1049, 2000, 49_000]) {
    const loop = new SlowLoop();
    const { verdict, cancel } = judge(loop, 1000);
    loop.time = held;
    loop.turn(cancel);
    for (let i = 0; i < 100; i++) {
      loop.time += 100;
      loop.turn();
    }
    assert.equal(verdict.silent, false, `held up until ${held}`);
  }
});

test('a loop that was late gives as long again, a second at most', () => {
  for (const [late, grace] of [
    [60, 60],
    [900, 900],
    [49_000, 1000],
  ] as const) {
    const loop = new SlowLoop();
    const { verdict } = judge(loop, 1000);
    loop.time = 1000 + late;
    loop.turn();
    loop.time += grace - 1;
    loop.turn();
    assert.equal(verdict.silent, false);
    loop.time += 1;
    loop.turn();
    assert.equal(verdict.silent, true, 'it is not put off again and again');
  }
});

test('a sign of life within the second that is given counts', () => {
  const loop = new SlowLoop();
  const { verdict, cancel } = judge(loop, 1000);
  loop.time = 9000;
  loop.turn();
  loop.time += 500;
  loop.turn(cancel);
  loop.time += 5000;
  loop.turn();
  assert.equal(verdict.silent, false);
});

test('silence is silence', () => {
  const loop = new SlowLoop();
  const { verdict } = judge(loop, 1000);
  loop.time = 999;
  loop.turn();
  assert.equal(verdict.silent, false);
  loop.time = 1001;
  loop.turn();
  assert.equal(verdict.silent, true);
});

test('the real loop: what a pipe holds is read before the timer fires', async () => {
  const { port1, port2 } = new MessageChannel();
  const order: string[] = [];
  const heard = new Promise<void>((resolve) => {
    port2.on('message', () => {
      order.push('message');
      resolve();
    });
  });
  const fired = new Promise<void>((resolve) => {
    after(20, () => {
      order.push('timer');
      resolve();
    });
  });
  port1.postMessage('alive');
  const until = performance.now() + 200;
  while (performance.now() < until);
  await Promise.all([heard, fired]);
  port1.close();
  port2.close();
  assert.deepEqual(order, ['message', 'timer']);
});

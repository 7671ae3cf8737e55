import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Clock } from '../session/ports.js';
import { type HealthCheck, Watchdog } from './watchdog.js';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp(...checks: HealthCheck[]) {
  const timers: { milliseconds: number; callback: () => void }[] = [];
  const clock: Clock = {
    after: (milliseconds, callback) => {
      const timer = { milliseconds, callback };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    now: () => 0,
  };
  const pulse = mock.fn();
  const log: string[] = [];
  const watchdog = new Watchdog(60_000, checks, pulse, clock, (_, text) => log.push(text));
  const tick = async (): Promise<void> => {
    timers.shift()?.callback();
    await settle();
  };
  return { watchdog, pulse, log, timers, tick };
}

test('three signs of life in a period, the first at once', async () => {
  const { watchdog, pulse, timers, tick } = setUp(async () => undefined);
  watchdog.begin();
  await settle();
  assert.equal(pulse.mock.callCount(), 1);
  assert.equal(timers[0]?.milliseconds, 20_000);
  await tick();
  assert.equal(pulse.mock.callCount(), 2);
});

test('silence while anything is wrong, and again signs when it is well', async () => {
  let fault: string | undefined = 'the bus does not answer';
  const { watchdog, pulse, log, tick } = setUp(
    async () => undefined,
    async () => fault,
  );
  watchdog.begin();
  await settle();
  assert.equal(pulse.mock.callCount(), 0);
  assert.match(log[0] ?? '', /the bus does not answer/);
  fault = undefined;
  await tick();
  assert.equal(pulse.mock.callCount(), 1);
});

test('a check that throws is a fault, one that hangs is silence', async () => {
  const throwing = setUp(async () => {
    throw new Error('broken');
  });
  throwing.watchdog.begin();
  await settle();
  assert.match(throwing.log[0] ?? '', /broken/);
  const hanging = setUp(() => new Promise(() => {}));
  hanging.watchdog.begin();
  await settle();
  assert.equal(hanging.pulse.mock.callCount() + throwing.pulse.mock.callCount(), 0);
  assert.equal(hanging.timers.length, 0);
});

test('nothing after the end', async () => {
  const { watchdog, pulse, timers } = setUp(async () => undefined);
  watchdog.begin();
  watchdog.close();
  await settle();
  assert.equal(pulse.mock.callCount(), 0);
  assert.equal(timers.length, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSignal, Request } from '../bus/message.js';
import { FakeClock } from '../testing/fake-clock.js';
import { LOGIND, SleepWatch } from './sleep.js';

const BUS = 'org.freedesktop.DBus';

/** @param owner of logind's name at first, "" for none */
async function setUp(owner = ':1.2') {
  const clock = new FakeClock();
  const events: string[] = [];
  const world = { preparing: false, closed: (): void => {}, rules: [] as string[] };
  let deliver: (signal: ReceivedSignal) => void = () => {};
  const bus = {
    onSignal: (listener: (signal: ReceivedSignal) => void): void => {
      deliver = listener;
    },
    request: async ({ destination, member, body }: Request): Promise<readonly unknown[]> => {
      if (member === 'AddMatch') world.rules.push(String(body[0]));
      if (member === 'GetNameOwner') {
        if (owner === '') throw new Error('NameHasNoOwner');
        return [owner];
      }
      if (destination === LOGIND.name) return [{ signature: 'b', value: world.preparing }];
      return [];
    },
  };
  const sleeper = {
    suspend: (): Promise<void> => {
      events.push('suspend');
      return new Promise((resolve) => {
        world.closed = resolve;
      });
    },
    resume: (): void => void events.push('resume'),
  };
  const lock = { hold: () => void events.push('hold'), release: () => void events.push('release') };
  const watch = new SleepWatch(bus, sleeper, lock, clock);
  await watch.begin();
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await settle();
  const signal = (change: Partial<ReceivedSignal>): void =>
    deliver({ sender: owner, ...LOGIND, member: 'PrepareForSleep', signature: 'b', body: [true], ...change });
  const prepare = (start: boolean, sender = owner): void => signal({ sender, body: [start] });
  const changeOwner = (next: string, sender = BUS): void =>
    signal({ sender, member: 'NameOwnerChanged', signature: 'sss', body: [LOGIND.name, owner, next] });
  return { clock, events, world, watch, prepare, signal, changeOwner, settle };
}

test('sleep and awakening', async () => {
  const { events, prepare } = await setUp();
  prepare(true);
  prepare(true);
  prepare(false);
  prepare(false);
  assert.deepEqual(events, ['suspend', 'resume']);
});

test('only what the owner of the name says counts, and only that signal', async () => {
  const { events, prepare, signal } = await setUp();
  prepare(true, ':1.66');
  prepare(true, LOGIND.name);
  prepare(true, '');
  signal({ path: '/org/example' });
  signal({ interface: 'org.example' });
  signal({ member: 'PrepareForShutdown' });
  signal({ signature: 's', body: ['true'] });
  signal({ body: [1] });
  assert.deepEqual(events, []);
  prepare(true);
  prepare(false, ':1.66');
  assert.deepEqual(events, ['suspend']);
});

test('an owner that changes: the new one counts, the old one no more', async () => {
  const { events, prepare, changeOwner, settle } = await setUp();
  changeOwner(':1.66', ':1.66');
  prepare(true, ':1.66');
  assert.deepEqual(events, [], 'nobody but the bus says who the owner is');
  changeOwner(':1.9');
  await settle();
  prepare(true);
  assert.deepEqual(events, []);
  prepare(true, ':1.9');
  assert.deepEqual(events, ['suspend']);
});

test('logind that ends while the system was about to sleep: awake', async () => {
  const { events, prepare, changeOwner } = await setUp();
  prepare(true);
  changeOwner('');
  assert.deepEqual(events, ['suspend', 'resume']);
});

test('no logind: nobody tells; one that comes later does', async () => {
  const { events, prepare, changeOwner, settle } = await setUp('');
  prepare(true, '');
  assert.deepEqual(events, []);
  changeOwner(':1.9');
  await settle();
  prepare(true, ':1.9');
  assert.deepEqual(events, ['suspend']);
});

test('a service that is started while the system goes to sleep asks', async () => {
  const { events, world, changeOwner, settle } = await setUp('');
  world.preparing = true;
  changeOwner(':1.9');
  await settle();
  assert.deepEqual(events, ['suspend']);
});

test('a signal that comes while logind is asked is newer than the answer', async () => {
  for (const starts of [false, true]) {
    const { events, world, changeOwner, prepare, settle } = await setUp('');
    world.preparing = !starts;
    changeOwner(':1.9');
    prepare(starts, ':1.9');
    await settle();
    assert.deepEqual(events, starts ? ['suspend'] : []);
  }
});

test('an answer of a logind that has ended meanwhile says nothing', async () => {
  const { events, world, changeOwner, settle } = await setUp('');
  world.preparing = true;
  changeOwner(':1.9');
  changeOwner('');
  await settle();
  assert.deepEqual(events, []);
});

test('the lock: while there is a camera to close, until it is closed', async () => {
  const { clock, events, world, watch, prepare, settle } = await setUp();
  watch.setBusy(true);
  assert.deepEqual(events, [], 'not while the engine starts');
  clock.advance(2000);
  assert.deepEqual(events, ['hold']);
  prepare(true);
  watch.setBusy(false);
  await settle();
  assert.deepEqual(events, ['hold', 'suspend'], 'suspend has not said that it is done');
  world.closed();
  await settle();
  assert.deepEqual(events, ['hold', 'suspend', 'release']);
  prepare(false);
  watch.setBusy(true);
  clock.advance(2000);
  assert.deepEqual(events.slice(3), ['resume', 'hold']);
  watch.setBusy(false);
  assert.deepEqual(events.slice(5), ['release']);
});

test('a short call needs no lock, and the end of the service gives it back', async () => {
  const { clock, events, watch } = await setUp();
  watch.setBusy(true);
  clock.advance(1000);
  watch.setBusy(false);
  clock.advance(5000);
  assert.deepEqual(events, []);
  watch.setBusy(true);
  clock.advance(2000);
  watch.close();
  watch.close();
  assert.deepEqual(events, ['hold', 'release']);
  assert.equal(clock.timers.size, 0);
});

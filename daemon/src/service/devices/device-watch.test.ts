import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeClock } from '../testing/fake-clock.js';
import { DeviceWatch } from './device-watch.js';

function setUp() {
  const clock = new FakeClock();
  const world = { looks: 0, ended: 0, tell: (_names: readonly string[]): void => {} };
  const watch = new DeviceWatch(
    clock,
    () => {},
    '/dev',
    (_path, onChange) => {
      world.tell = onChange;
      return () => world.ended++;
    },
  );
  watch.begin(() => world.looks++);
  return { clock, world, watch };
}

test('a device that comes is looked at when udev has had its time, and once more', () => {
  const { clock, world } = setUp();
  world.tell(['video0']);
  assert.equal(world.looks, 0);
  clock.advance(300);
  assert.equal(world.looks, 1);
  clock.advance(5000);
  assert.equal(world.looks, 2);
});

test('what is no video device is no news; that the kernel lost count is', () => {
  const { clock, world } = setUp();
  world.tell(['tty7', 'null', 'video', 'v4l']);
  clock.advance(5000);
  assert.equal(world.looks, 0);
  world.tell([]);
  clock.advance(5000);
  assert.equal(world.looks, 2);
  world.tell(['v4l2loopback']);
  clock.advance(5000);
  assert.equal(world.looks, 4);
});

test('a node that flaps costs a look a second, whatever it does', () => {
  const { clock, world } = setUp();
  for (let i = 0; i < 1000; i++) {
    world.tell(['video0']);
    clock.advance(10);
  }
  assert.ok(world.looks >= 5 && world.looks <= 12, `${world.looks} looks in 10 s`);
});

test('nothing is told after the end', () => {
  const { clock, world, watch } = setUp();
  world.tell(['video0']);
  watch.close();
  clock.advance(5000);
  assert.deepEqual([world.looks, world.ended, clock.timers.size], [0, 1, 0]);
});

test('with the kernel: a node comes, and gets its rights', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backscrub-dev-'));
  let told: () => void = () => {};
  const clock = {
    now: () => 0,
    after: (_delay: number, callback: () => void) => {
      setImmediate(callback);
      return () => {};
    },
  };
  const watch = new DeviceWatch(clock, () => {}, folder);
  watch.begin(() => told());
  for (const change of [
    () => writeFileSync(join(folder, 'video3'), ''),
    () => chmodSync(join(folder, 'video3'), 0o660),
    () => rmSync(join(folder, 'video3')),
  ]) {
    const news = new Promise<void>((resolve) => {
      told = resolve;
    });
    change();
    await news;
  }
  watch.close();
  rmSync(folder, { recursive: true });
});

test('a folder that cannot be watched costs a warning', () => {
  const log: string[] = [];
  const watch = new DeviceWatch(new FakeClock(), (level) => log.push(level), '/nowhere/dev');
  watch.begin(() => {});
  watch.close();
  assert.deepEqual(log, ['warning']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_SETTINGS, type Settings } from '../session/settings.js';
import { FakeClock } from '../testing/fake-clock.js';
import { NEW_DOCUMENT } from './document.js';
import { SettingsKeeper } from './settings-keeper.js';

function setUp() {
  const clock = new FakeClock();
  const log: string[] = [];
  const written: Settings[] = [];
  const world = { full: false, others: [] as unknown[] };
  const document = { ...NEW_DOCUMENT, others: { later: 1 } };
  const store = {
    write: async ({ settings, others }: typeof document): Promise<void> => {
      if (world.full) throw new Error('ENOSPC: no space left on device');
      written.push(settings);
      world.others.push(others);
    },
  };
  const keeper = new SettingsKeeper(store, document, clock, (level, text) => log.push(`${level}: ${text}`));
  const blur = (blurStrength: number): void =>
    keeper.update({ settings: { ...INITIAL_SETTINGS, blurStrength }, users: undefined });
  const pass = async (milliseconds: number): Promise<void> => {
    clock.advance(milliseconds);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { keeper, clock, log, written, world, blur, pass };
}

const strengths = (written: readonly Settings[]): number[] => written.map(({ blurStrength }) => blurStrength);

test('a change is written soon, with what a newer version left; no change is not', async () => {
  const { keeper, written, world, blur, pass } = setUp();
  keeper.update({ settings: { ...INITIAL_SETTINGS }, users: undefined });
  await pass(5000);
  assert.deepEqual(written, []);
  blur(1);
  await pass(50);
  assert.deepEqual(strengths(written), [1]);
  assert.deepEqual(world.others, [{ later: 1 }]);
  await pass(60_000);
  assert.equal(written.length, 1);
});

test('a slider: a write a second at most, and the last value in the end', async () => {
  const { written, blur, pass } = setUp();
  for (let i = 1; i <= 100; i++) {
    blur(i);
    await pass(30);
  }
  await pass(1000);
  assert.ok(written.length >= 3 && written.length <= 5, `${written.length} writes in 3 s`);
  assert.equal(strengths(written).at(-1), 100);
});

test('what is changed back before it is written is not written', async () => {
  const { written, blur, pass } = setUp();
  blur(1);
  blur(INITIAL_SETTINGS.blurStrength);
  await pass(1000);
  assert.deepEqual(written, []);
});

test('a full disk: one warning, tried again, and told when it works', async () => {
  const { log, written, world, blur, pass } = setUp();
  world.full = true;
  blur(1);
  for (let i = 2; i < 50; i++) {
    await pass(5000);
    blur(i);
  }
  assert.deepEqual(written, []);
  assert.equal(log.length, 1);
  assert.match(log[0] ?? '', /^warning: .*no space left/);
  world.full = false;
  await pass(30_000);
  assert.deepEqual(strengths(written), [49]);
  assert.deepEqual(log.slice(1), ['info: the settings can be saved again']);
});

test('closing writes what is left, and nothing afterwards', async () => {
  const { keeper, clock, written, blur } = setUp();
  blur(1);
  await keeper.close();
  assert.deepEqual(strengths(written), [1]);
  await keeper.close();
  assert.equal(written.length, 1);
  assert.equal(clock.timers.size, 0);
});

test('closing while the disk is full ends all the same', async () => {
  const { keeper, clock, world, blur } = setUp();
  world.full = true;
  blur(1);
  await keeper.close();
  assert.equal(clock.timers.size, 0);
});

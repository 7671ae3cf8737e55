/** A consumer that opens and closes the device twenty times a second, for a minute of a clock that is not the wall's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FakeEngine, healthy, setUpSession } from '../testing/fake-ports.js';

const OPENS_PER_SECOND = 20;
const SECONDS = 60;

async function flap(behave: (engine: FakeEngine) => void) {
  const world = setUpSession();
  world.engine.behave = behave;
  for (let i = 0; i < SECONDS * OPENS_PER_SECOND; i++) {
    world.consumers(1);
    world.clock.advance(500 / OPENS_PER_SECOND);
    world.consumers(0);
    world.clock.advance(500 / OPENS_PER_SECOND);
    if (world.engine.alive && i % OPENS_PER_SECOND === 0)
      world.engine.say({
        type: 'statistics',
        statistics: {
          frames: 0,
          dropped: 0,
          reusedMattes: 0,
          framesPerSecond: 30,
          executionProvider: 'cpu',
          stages: {},
        },
      });
    // What comes from another process comes in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return world;
}

test('one engine does for all of it, and goes when it is over', async () => {
  const { engine, clock, session } = await flap(healthy);
  assert.equal(engine.starts, 1);
  assert.equal(engine.alive, true);
  clock.advance(2000);
  assert.equal(engine.alive, false);
  assert.equal(session.properties().State, 'idle');
});

test('an engine that ends at once is started after longer and longer pauses, no oftener than for a consumer that stays', async () => {
  const { engine } = await flap((child) => setImmediate(() => child.exit('exit status 3')));
  // 0.25 + 0.5 + 1 + 2 + 4 + 8 s, then every 10 s.
  assert.ok(engine.starts >= 8 && engine.starts <= 12, `${engine.starts} starts in a minute`);
});

test('an engine that never gets ready is given its time', async () => {
  const { engine } = await flap(() => {});
  assert.ok(engine.starts <= 6, `${engine.starts} starts in a minute`);
});

test('a consumer that comes every few seconds gets an engine each time, and no more', async () => {
  const { engine, clock, consumers } = setUpSession();
  engine.behave = healthy;
  for (let i = 0; i < 20; i++) {
    consumers(1);
    clock.advance(100);
    consumers(0);
    clock.advance(3000);
  }
  assert.equal(engine.starts, 20);
  assert.equal(engine.alive, false);
});

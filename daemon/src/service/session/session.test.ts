/** What the session answers while an engine takes its time to end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthy, setUpSession } from '../testing/fake-ports.js';

/** An engine that ends when `reap` is called, not before. */
function openSlowly() {
  const world = setUpSession();
  const { engine } = world;
  engine.behave = healthy;
  engine.send = () => {};
  engine.kill = () => {};
  world.consumers(1);
  return { ...world, reap: () => engine.exit('exit status 0') };
}

/** Whether a promise is resolved by now. */
async function isDone(work: Promise<void>): Promise<boolean> {
  let done = false;
  void work.then(() => {
    done = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

test('Stop is answered when its engine is gone, although Start was called meanwhile', async () => {
  const { session, engine, reap } = openSlowly();
  const stopped = session.stop();
  session.start();
  assert.equal(await isDone(stopped), false);
  reap();
  assert.equal(engine.starts, 2);
  assert.equal(await isDone(stopped), true);
  assert.equal(engine.alive, true);
});

test('the system may sleep when the engine is gone, although it woke meanwhile', async () => {
  const { session, engine, reap } = openSlowly();
  const suspended = session.suspend();
  session.resume();
  assert.equal(await isDone(suspended), false);
  reap();
  assert.equal(engine.starts, 2);
  assert.equal(await isDone(suspended), true);
});

test('a second Stop waits for the engine that runs then', async () => {
  const { session, engine, reap } = openSlowly();
  const first = session.stop();
  session.start();
  reap();
  const second = session.stop();
  await first;
  assert.equal(await isDone(second), false);
  reap();
  assert.equal(await isDone(second), true);
  assert.equal(engine.starts, 2);
  assert.equal(await isDone(session.stop()), true, 'nothing runs');
});

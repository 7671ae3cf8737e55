/** The way out of a look that shows the room, and the end of a visit, with the whole session. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError } from '../../shared/errors.js';
import type { Look, ToEngine } from '../../shared/protocol.js';
import { type FakeEngine, healthy, setUpSession } from '../testing/fake-ports.js';
import { TIMES } from './machine.js';

const failed = (text: RegExp) => (error: unknown) =>
  error instanceof BackscrubError && error.code === 'Failed' && text.test(error.message);
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const JPEG = Buffer.from([0xff, 0xd8, 1, 0xff, 0xd9]).toString('base64');

function looks(engine: FakeEngine): { serial: number; look: Look }[] {
  return engine.sent.flatMap((message: ToEngine) => (message.type === 'look' ? [message] : []));
}

/** Answers every look but those of these modes. */
function answerLooks(engine: FakeEngine, except: readonly string[] = []): void {
  const send = engine.send.bind(engine);
  engine.send = (message) => {
    send(message);
    if (message.type === 'look' && !except.includes(message.look.mode))
      engine.say({ type: 'look-applied', serial: message.serial });
  };
}

/** Whether a promise is settled by now. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  let done = false;
  work.then(
    () => {
      done = true;
    },
    () => {
      done = true;
    },
  );
  await soon();
  return done;
}

async function open(except: readonly string[] = []) {
  const world = setUpSession();
  world.engine.behave = healthy;
  answerLooks(world.engine, except);
  world.consumers(1);
  await world.session.setMode('passthrough');
  return world;
}

test('SetMode answers when the engine has hidden the room, not before, and says so then', async () => {
  const { session, engine } = await open(['blur']);
  const change = session.setMode('blur');
  assert.equal(await isDone(change), false);
  assert.equal(session.properties().Mode, 'passthrough', 'the room may still be seen');
  engine.say({ type: 'look-applied', serial: looks(engine).at(-1)?.serial ?? 0 });
  await change;
  assert.equal(session.properties().Mode, 'blur');
  assert.equal(engine.starts, 1);
});

test('an engine that does not answer is killed; the answer comes when the card covers everything', async () => {
  const { session, engine, virtualCamera, clock } = await open(['blur']);
  let reap = (): void => {};
  engine.kill = () => {
    reap = () => engine.exit('killed by SIGKILL');
  };
  const change = session.setMode('blur');
  clock.advance(TIMES.hide);
  assert.equal(await isDone(change), false);
  assert.equal(virtualCamera.painting, false);
  reap();
  await change;
  assert.equal(virtualCamera.painting, true);
  assert.equal(virtualCamera.covers.at(-1), true);
  clock.advance(TIMES.retryFirst);
  assert.deepEqual(engine.looks.map(({ mode }) => mode).slice(-1), ['blur'], 'the next one begins hidden');
});

test('an engine that refuses to hide the room is replaced', async () => {
  const { session, engine, clock } = await open(['replace']);
  const change = session.setMode('replace');
  const error = { code: 'BadImage', message: 'torn' } as const;
  engine.say({ type: 'look-refused', serial: looks(engine).at(-1)?.serial ?? 0, error });
  await change;
  assert.equal(session.properties().Mode, 'replace');
  clock.advance(TIMES.retryFirst);
  assert.equal(engine.looks.at(-1)?.mode, 'replace');
});

test('a slow background holds the way out up for nothing, and comes behind it', async () => {
  const { session, engine } = await open();
  const send = engine.send.bind(engine);
  engine.send = (message) => {
    if (message.type === 'look' && message.look.mode === 'passthrough') engine.sent.push(message);
    else send(message);
  };
  const background = session.setBackground('/slow.mp4');
  await soon();
  const [slow] = looks(engine).slice(-1);
  assert.equal(slow?.look.background, '/slow.mp4');
  await session.setMode('blur');
  assert.equal(await isDone(background), false);
  const error = { code: 'Failed', message: 'superseded' } as const;
  engine.say({ type: 'look-refused', serial: slow?.serial ?? 0, error });
  await background;
  assert.deepEqual([session.properties().Mode, session.properties().Background], ['blur', '/slow.mp4']);
});

test('an engine that is loading, and one that waits for its pause, begin or end hidden', async () => {
  const loading = setUpSession();
  await loading.session.setMode('passthrough');
  loading.consumers(1);
  assert.equal(loading.engine.looks[0]?.mode, 'passthrough');
  await loading.session.setMode('blur');
  loading.engine.say({ type: 'ready', serial: 1 });
  assert.equal(loading.virtualCamera.painting, true, 'not let in');
  loading.engine.say({ type: 'look-applied', serial: looks(loading.engine)[0]?.serial ?? 0 });
  assert.equal(loading.virtualCamera.painting, false);

  const pausing = await open();
  pausing.engine.exit('killed by SIGKILL');
  assert.equal(pausing.virtualCamera.covers.at(-1), true);
  await pausing.session.setMode('mask');
  pausing.clock.advance(TIMES.retryFirst);
  assert.equal(pausing.engine.looks.at(-1)?.mode, 'mask');
});

test('a look that was given up is not applied later: its engine is ended', async () => {
  for (const wait of [20_000, 21_000]) {
    const { session, engine, clock, consumers } = setUpSession();
    engine.behave = healthy;
    consumers(1);
    const change = assert.rejects(session.setBackground('color:#ffffff'), failed(/in time/));
    await soon();
    for (let passed = 0; passed < wait; passed += 1000) {
      engine.say({ type: 'ready', serial: 2 });
      clock.advance(1000);
    }
    await change;
    assert.equal(engine.alive, wait > 20_000, 'killed, and started again after a pause');
    assert.equal(session.properties().Background, 'color:#2e3436');
    if (engine.alive) assert.equal(engine.looks.at(-1)?.background, 'color:#2e3436');
  }
});

test('Snapshot gives no room to whoever asked before it was hidden, or while it is', async () => {
  const { session, engine } = await open(['blur']);
  const early = session.snapshot({});
  const question = engine.sent.at(-1);
  const change = session.setMode('blur');
  await assert.rejects(session.snapshot({}), failed(/just been hidden/));
  engine.say({ type: 'look-applied', serial: looks(engine).at(-1)?.serial ?? 0 });
  await change;
  assert.ok(question?.type === 'snapshot');
  engine.say({ type: 'snapshot', serial: question.serial, jpeg: JPEG });
  await assert.rejects(early, failed(/just been hidden/));
  const later = session.snapshot({});
  const next = engine.sent.at(-1);
  assert.ok(next?.type === 'snapshot');
  engine.say({ type: 'snapshot', serial: next.serial, jpeg: JPEG });
  assert.equal((await later).length, 5);
});

test('Snapshot gives no room that was shown and hidden between question and answer', async () => {
  const { session, engine, consumers } = setUpSession();
  engine.behave = healthy;
  answerLooks(engine);
  consumers(1);
  const asked = session.snapshot({});
  const question = engine.sent.at(-1);
  await session.setMode('passthrough');
  await session.setMode('blur');
  assert.ok(question?.type === 'snapshot');
  engine.say({ type: 'snapshot', serial: question.serial, jpeg: JPEG });
  await assert.rejects(asked, failed(/just been hidden/));
});

test('nothing that shows the room is remembered', async () => {
  const { session } = await open();
  await session.setBlurStrength(0);
  session.setOnDemand(false);
  assert.deepEqual([session.settings().mode, session.settings().blurStrength], ['blur', 50]);
  assert.doesNotMatch(JSON.stringify(session.settings()), /passthrough|onDemand/);
});

test('Stop ends the visit, and so does whoever is told that the user has gone', async () => {
  const ends = [
    (world: Awaited<ReturnType<typeof open>>) => world.session.stop(),
    (world: Awaited<ReturnType<typeof open>>) => world.session.endVisit('another user is active'),
  ];
  for (const end of ends) {
    const world = await open();
    await world.session.setBlurStrength(0);
    world.session.setOnDemand(false);
    await end(world);
    const { Mode, BlurStrength, OnDemand } = world.session.properties();
    assert.deepEqual([Mode, BlurStrength, OnDemand], ['blur', 50, true]);
    assert.ok(world.log.some((line) => line.startsWith('what was chosen for a visit ends')));
  }
});

test('Stop ends a visit that an engine does not hide', async () => {
  const { session, engine, clock } = await open(['blur']);
  engine.send = () => {};
  const stopped = session.stop();
  clock.advance(TIMES.kill);
  await stopped;
  assert.equal(session.properties().Mode, 'blur');
});

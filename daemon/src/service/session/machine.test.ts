import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FromEngine } from '../../shared/protocol.js';
import {
  type Effect,
  engineMayWrite,
  INITIAL_STATE,
  isExposed,
  isPainting,
  isQuiet,
  retryDelay,
  type SessionEvent,
  type SessionState,
  stateOf,
  step,
  TIMES,
  type TimerName,
} from './machine.js';

const FAULT = { code: 'NoCamera', message: 'no camera' } as const;
const message = (value: FromEngine): SessionEvent => ({ type: 'engine-message', message: value });
const READY = message({ type: 'ready', serial: 7 });
const RELEASED = message({ type: 'released', error: FAULT });
const FAILED = message({ type: 'failed', error: { code: 'BadModel', message: 'bad model' } });
const LOOK_APPLIED = message({ type: 'look-applied', serial: 1 });
const CAMERA_ON = message({ type: 'camera', inUse: true, id: 'usb-1', name: 'Camera' });
const FOUND: SessionEvent = { type: 'device-found' };
const LOST: SessionEvent = { type: 'device-lost', error: { code: 'NoVirtualCamera', message: 'gone' } };
const START: SessionEvent = { type: 'start' };
const STOP: SessionEvent = { type: 'stop' };
const EXITED: SessionEvent = { type: 'engine-exited', how: 'killed by SIGKILL' };
const consumers = (count: number): SessionEvent => ({ type: 'consumers', count });
const timer = (name: TimerName): SessionEvent => ({
  type: 'timer',
  name,
});

interface Outcome {
  readonly state: SessionState;
  /** Effects of the last event. */
  readonly effects: readonly Effect[];
  /** The same in words. */
  readonly words: readonly string[];
}

function word(effect: Effect): string {
  if (effect.type === 'timer-set') return `${effect.name}=${effect.milliseconds}`;
  if (effect.type === 'timer-clear') return `${effect.name}=off`;
  return effect.type;
}

function after(...events: SessionEvent[]): Outcome {
  let state = INITIAL_STATE;
  let effects: readonly Effect[] = [];
  for (const event of events) ({ state, effects } = step(state, event));
  return { state, effects, words: effects.map(word) };
}

const RUNNING = [FOUND, START, consumers(1), READY];

test('the placeholder is painted as soon as there is a device', () => {
  assert.deepEqual(after(FOUND).words, ['paint-on']);
  assert.equal(stateOf(after(FOUND).state), 'stopped');
});

test('started and unwatched is idle, without an engine', () => {
  const { state, words } = after(FOUND, START);
  assert.equal(stateOf(state), 'idle');
  assert.deepEqual(words, []);
});

test('a consumer of a stopped camera gets no engine', () => {
  const { state, words } = after(FOUND, consumers(1));
  assert.equal(stateOf(state), 'stopped');
  assert.deepEqual(words, []);
});

test('a consumer starts the engine; the placeholder goes on until it is ready', () => {
  const { state, words } = after(FOUND, START, consumers(1));
  assert.equal(stateOf(state), 'starting');
  assert.deepEqual(words, ['engine-start', `watch=${TIMES.load}`]);
  assert.equal(isPainting(state), true);
});

test('the painter stops before the engine is let in', () => {
  const { state, words, effects } = after(...RUNNING);
  assert.equal(stateOf(state), 'running');
  assert.deepEqual(words, [
    'paint-off',
    'engine-grant',
    `watch=${TIMES.silence}`,
    `healthy=${TIMES.healthy}`,
  ]);
  assert.deepEqual(effects[1], { type: 'engine-grant', serial: 7 });
});

test('an engine that says that it loads has all the time that it needs; a silent one has not', () => {
  const loading = message({ type: 'loading' });
  assert.deepEqual(after(FOUND, START, consumers(1), loading).words, [`watch=${TIMES.load}`]);
  assert.equal(stateOf(after(FOUND, START, consumers(1), loading).state), 'starting');
  const silent = after(FOUND, START, consumers(1), loading, timer('watch'));
  assert.ok(silent.words.includes('engine-kill'));
  // A camera that is not there does not end the loading.
  assert.deepEqual(after(FOUND, START, consumers(1), RELEASED, loading).words, [`watch=${TIMES.waiting}`]);
});

test('a killed engine: placeholder at once, restart after a pause', () => {
  const { state, words } = after(...RUNNING, EXITED);
  assert.equal(stateOf(state), 'failed');
  assert.match(state.error?.message ?? '', /killed by SIGKILL/);
  assert.deepEqual(words, ['paint-on', 'kill=off', 'watch=off', 'healthy=off', `retry=${TIMES.retryFirst}`]);
  assert.deepEqual(after(...RUNNING, EXITED, timer('retry')).words, ['engine-start', `watch=${TIMES.load}`]);
  const back = after(...RUNNING, EXITED, timer('retry'), READY).state;
  assert.equal(stateOf(back), 'running');
  assert.equal(back.error, undefined);
});

test('pauses double up to the longest, and a healthy engine resets them', () => {
  assert.deepEqual([1, 2, 3, 6, 7, 1000].map(retryDelay), [250, 500, 1000, 8000, 10_000, 10_000]);
  const crash = [EXITED, timer('retry')];
  assert.ok(after(...RUNNING, ...crash, ...crash, EXITED).words.includes('retry=1000'));
  const healthy = after(...RUNNING, ...crash, ...crash, READY, timer('healthy'), EXITED);
  assert.ok(healthy.words.includes('retry=250'));
});

test('Stop asks the engine, and paints only when it is reaped', () => {
  const asked = after(...RUNNING, STOP);
  assert.deepEqual(asked.words, ['engine-ask-to-stop', 'watch=off', 'healthy=off', `kill=${TIMES.kill}`]);
  assert.equal(stateOf(asked.state), 'stopped');
  assert.equal(isPainting(asked.state), false);
  assert.deepEqual(after(...RUNNING, STOP, timer('kill')).words, ['engine-kill']);
  const reaped = after(...RUNNING, STOP, EXITED);
  assert.deepEqual(reaped.words, ['paint-on', 'kill=off', 'watch=off', 'healthy=off']);
  assert.equal(reaped.state.error, undefined);
});

test('an engine that never was let in does not interrupt the placeholder', () => {
  const { state } = after(FOUND, START, consumers(1), STOP);
  assert.equal(isPainting(state), true);
});

test('a message of an engine that is to die lets nobody in', () => {
  const { state, words } = after(FOUND, START, consumers(1), STOP, READY);
  assert.deepEqual(words, []);
  assert.equal(engineMayWrite(state), false);
});

test('started again before the old engine is reaped: a new one follows at once, without a failure', () => {
  const { state, words } = after(...RUNNING, STOP, START, EXITED);
  assert.deepEqual(words, [
    'paint-on',
    'engine-start',
    'kill=off',
    'watch=off',
    'healthy=off',
    'watch=10000',
  ]);
  assert.equal(state.failures, 0);
  assert.equal(stateOf(state), 'starting');
});

test('the engine outlives its consumer by a moment', () => {
  const left = after(...RUNNING, consumers(0));
  assert.deepEqual(left.words, [`linger=${TIMES.linger}`]);
  assert.equal(stateOf(left.state), 'running');
  assert.deepEqual(after(...RUNNING, consumers(0), consumers(1)).words, ['linger=off']);
  const alone = after(...RUNNING, consumers(0), timer('linger'));
  assert.ok(alone.words.includes('engine-ask-to-stop'));
  assert.equal(stateOf(alone.state), 'idle');
});

test('a camera that is gone: placeholder and its error, then on with the next frame', () => {
  const gone = after(...RUNNING, RELEASED);
  assert.equal(stateOf(gone.state), 'failed');
  assert.deepEqual(gone.state.error, FAULT);
  assert.equal(gone.words[0], 'paint-on');
  assert.deepEqual(gone.words.slice(-2), [`watch=${TIMES.waiting}`, 'healthy=off']);
  const back = after(...RUNNING, RELEASED, READY);
  assert.equal(stateOf(back.state), 'running');
  assert.deepEqual(back.words.slice(0, 2), ['paint-off', 'engine-grant']);
});

test('an engine that gives no sign of life is killed and counts as failed', () => {
  const silent = after(...RUNNING, timer('watch'));
  assert.ok(silent.words.includes('engine-kill'));
  assert.equal(isPainting(silent.state), false);
  const reaped = after(...RUNNING, timer('watch'), EXITED);
  assert.match(reaped.state.error?.message ?? '', /no sign of life/);
  assert.ok(reaped.words.includes('retry=250'));
  assert.ok(after(FOUND, START, consumers(1), timer('watch')).words.includes('engine-kill'));
});

test('whatever a writing engine says is a sign of life', () => {
  assert.deepEqual(after(...RUNNING, LOOK_APPLIED).words, [`watch=${TIMES.silence}`]);
});

test('an engine that cannot go on is ended with its own error', () => {
  const failed = after(FOUND, START, consumers(1), FAILED);
  assert.ok(failed.words.includes('engine-ask-to-stop'));
  const reaped = after(FOUND, START, consumers(1), FAILED, EXITED);
  assert.equal(reaped.state.error?.code, 'BadModel');
  assert.ok(reaped.words.includes('retry=250'));
});

test('Start tries a failed engine at once', () => {
  const { state, words } = after(...RUNNING, EXITED, START);
  assert.deepEqual(words, ['engine-start', 'retry=off', `watch=${TIMES.load}`]);
  assert.equal(stateOf(state), 'starting');
  assert.equal(state.failures, 0);
});

test('no consumer, no retry, but a consumer that comes back soon does not cut the pause short', () => {
  assert.deepEqual(after(...RUNNING, EXITED, consumers(0)).words, [`linger=${TIMES.linger}`]);
  assert.deepEqual(after(...RUNNING, EXITED, consumers(0), consumers(1)).words, ['linger=off']);
  assert.deepEqual(after(...RUNNING, EXITED, consumers(0), timer('linger')).words, ['retry=off']);
});

test('without on-demand the engine runs as long as the camera is started', () => {
  const off: SessionEvent = { type: 'on-demand', value: false };
  const on: SessionEvent = { type: 'on-demand', value: true };
  assert.deepEqual(after(FOUND, START, off).words, ['engine-start', `watch=${TIMES.load}`]);
  assert.deepEqual(after(FOUND, off).words, [], 'not while it is stopped');
  assert.equal(stateOf(after(off, FOUND, START, READY).state), 'running');
  assert.ok(after(off, FOUND, START, READY, on).words.includes('engine-ask-to-stop'));
  assert.ok(after(off, FOUND, START, READY, STOP).words.includes('engine-ask-to-stop'));
  assert.deepEqual(after(...RUNNING, off, on).words, [], 'somebody watches');
});

test('sleep ends the engine, and waking starts it for whoever still watches', () => {
  const asleep = after(...RUNNING, { type: 'suspend' });
  assert.equal(stateOf(asleep.state), 'suspended');
  assert.deepEqual(asleep.words, ['engine-ask-to-stop', 'watch=off', 'healthy=off', `kill=${TIMES.kill}`]);
  const reaped = after(...RUNNING, { type: 'suspend' }, EXITED);
  assert.ok(reaped.words.includes('paint-on'));
  assert.equal(reaped.state.error, undefined, 'it was asked to end');
  assert.deepEqual(after(...RUNNING, { type: 'suspend' }, EXITED, consumers(0), consumers(1)).words, []);
  assert.deepEqual(after(...RUNNING, { type: 'suspend' }, EXITED, { type: 'resume' }).words, [
    'engine-start',
    `watch=${TIMES.load}`,
  ]);
  assert.equal(stateOf(after(FOUND, { type: 'suspend' }).state), 'stopped');
});

test('quiet is when nobody reads and no engine is left', () => {
  const quiet = (...events: SessionEvent[]): boolean => isQuiet(after(...events).state, true);
  assert.equal(quiet(), false, 'no device');
  assert.equal(quiet(FOUND), true);
  assert.equal(quiet(FOUND, START), true);
  assert.equal(quiet(FOUND, consumers(1)), false, 'a reader of a stopped camera');
  assert.equal(quiet(...RUNNING, consumers(0)), false, 'lingering');
  assert.equal(quiet(...RUNNING, consumers(0), timer('linger')), false, 'dying');
  assert.equal(quiet(...RUNNING, consumers(0), timer('linger'), EXITED), true);
  assert.equal(quiet(FOUND, { type: 'close' }), false);
  assert.equal(isQuiet(after(FOUND, consumers(1)).state, false), true, 'readers that nobody can count');
  assert.equal(isQuiet(after(...RUNNING).state, false), false);
});

test('a lost device: nobody paints, the engine goes, and all comes back with it', () => {
  const lost = after(...RUNNING, LOST);
  assert.equal(stateOf(lost.state), 'failed');
  assert.ok(lost.words.includes('engine-ask-to-stop'));
  assert.equal(isPainting(after(...RUNNING, LOST, EXITED).state), false);
  assert.deepEqual(after(...RUNNING, LOST, EXITED, FOUND).words, ['paint-on']);
  assert.equal(isPainting(after(...RUNNING, LOST, FOUND).state), false);
  assert.equal(stateOf(after(FOUND, START, LOST, FOUND).state), 'idle');
});

test('enabled without a device has failed, and says why', () => {
  const { state } = after(LOST, START);
  assert.equal(stateOf(state), 'failed');
  assert.equal(state.error?.code, 'NoVirtualCamera');
});

test('sleep ends the engine, waking brings it back', () => {
  assert.ok(after(...RUNNING, { type: 'suspend' }).words.includes('engine-ask-to-stop'));
  assert.equal(stateOf(after(...RUNNING, { type: 'suspend' }).state), 'suspended');
  const awake = after(...RUNNING, { type: 'suspend' }, EXITED, { type: 'resume' });
  assert.deepEqual(awake.words, ['engine-start', 'watch=10000']);
});

test('the camera is in use until the engine is reaped', () => {
  assert.equal(after(...RUNNING, CAMERA_ON, STOP).state.camera.inUse, true);
  assert.equal(after(...RUNNING, CAMERA_ON, STOP, EXITED).state.camera.inUse, false);
});

const told = (serial: number, reveals: boolean): SessionEvent => ({ type: 'look-told', serial, reveals });
const applied = (serial: number): SessionEvent => message({ type: 'look-applied', serial });
const refused = (serial: number): SessionEvent =>
  message({ type: 'look-refused', serial, error: { code: 'BadImage', message: 'torn' } });
/** An engine that shows the room. */
const OPEN = [FOUND, START, consumers(1), told(0, true), READY];

test('a room is hidden when the engine confirms the look that hides it, or a later one', () => {
  assert.equal(isExposed(after(...OPEN).state), true);
  const hiding = after(...OPEN, told(4, false));
  assert.deepEqual(hiding.words, [`hide=${TIMES.hide}`]);
  assert.equal(isExposed(hiding.state), true);
  assert.equal(
    isExposed(after(...OPEN, told(4, false), applied(3)).state),
    true,
    'an answer to another look',
  );
  const hidden = after(...OPEN, told(4, false), applied(4));
  assert.equal(isExposed(hidden.state), false);
  assert.ok(hidden.words.includes('hide=off'));
  assert.equal(isExposed(after(...OPEN, told(4, false), told(5, false), applied(5)).state), false);
  const again = after(...OPEN, told(4, false), told(5, true), applied(4)).state;
  assert.equal(isExposed(again), true, 'told to show it again meanwhile');
});

test('an engine that does not hide the room in time is killed, and one that refuses at once', () => {
  for (const last of [timer('hide'), refused(4)]) {
    const killed = after(...OPEN, told(4, false), last);
    assert.ok(killed.words.includes('engine-kill'));
    assert.equal(isExposed(killed.state), true, 'until it is reaped');
    const reaped = after(...OPEN, told(4, false), last, EXITED);
    assert.equal(isExposed(reaped.state), false);
    assert.deepEqual(reaped.effects[0], { type: 'paint-on', covers: true });
    assert.ok(reaped.words.includes('retry=250'));
  }
  const old = after(...OPEN, told(4, false), refused(3));
  assert.deepEqual(old.words, [`watch=${TIMES.silence}`], 'an answer to another look');
});

test('an engine that was to show the room is let in only when it has hidden it', () => {
  const start = [FOUND, START, consumers(1), told(0, true), told(1, false)];
  assert.equal(isExposed(after(...start).state), false, 'it may not write');
  const asks = after(...start, READY);
  assert.deepEqual(asks.words, [`hide=${TIMES.hide}`]);
  assert.equal(engineMayWrite(asks.state), false);
  const granted = after(...start, READY, applied(1));
  assert.deepEqual(granted.effects.slice(0, 2), [{ type: 'paint-off' }, { type: 'engine-grant', serial: 7 }]);
  assert.ok(after(...start, READY, timer('hide')).words.includes('engine-kill'));
  assert.equal(engineMayWrite(after(...start, READY, RELEASED, applied(1)).state), false, 'it asks again');
  const back = after(...OPEN, RELEASED, told(1, false), READY);
  assert.equal(engineMayWrite(back.state), false, 'nor after a break');
});

test('the card covers every buffer when the room may be in one', () => {
  assert.deepEqual(after(...OPEN, RELEASED).effects[0], { type: 'paint-on', covers: true });
  assert.deepEqual(after(...OPEN, EXITED).effects[0], { type: 'paint-on', covers: true });
  assert.deepEqual(after(...OPEN, STOP, EXITED).effects[0], { type: 'paint-on', covers: true });
  assert.deepEqual(after(...RUNNING, RELEASED).effects[0], { type: 'paint-on', covers: false });
  const hidden = after(...OPEN, told(1, false), applied(1), RELEASED);
  assert.deepEqual(hidden.effects[0], { type: 'paint-on', covers: false });
});

test('an engine that answers too late is ended', () => {
  const late: SessionEvent = { type: 'engine-late', error: FAULT };
  assert.ok(after(...RUNNING, late).words.includes('engine-kill'));
  assert.deepEqual(after(...RUNNING, late, EXITED).state.error, FAULT);
  assert.deepEqual(after(...RUNNING, STOP, late).words, [], 'it is told to end already');
});

/** Small, seeded, good enough to wander through the states (mulberry32). */
function random(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** The world as the effects make it; it breaks where a real one would. */
class World {
  painting = false;
  engine: 'none' | 'alive' | 'writing' = 'none';
  readonly timers = new Set<string>();
  ending = false;
  /** Looks that the engine was told, and not told that they are over by a confirmed one that came later. */
  looks: { readonly serial: number; readonly reveals: boolean }[] = [];
  serial = 0;

  /** What the engine may show: any of them. */
  get mayShowRoom(): boolean {
    return this.looks.some(({ reveals }) => reveals);
  }

  /** Before the event is taken. */
  foresee(event: SessionEvent): void {
    if (event.type === 'timer') this.timers.delete(event.name);
    if (event.type === 'engine-exited') this.engine = 'none';
    if (event.type === 'look-told') this.looks.push(event);
    if (event.type !== 'engine-message') return;
    if (event.message.type === 'released' && this.engine === 'writing') this.engine = 'alive';
    if (event.message.type === 'look-applied') {
      const { serial } = event.message;
      this.looks = this.looks.filter((look) => look.serial >= serial);
    }
  }

  perform(effect: Effect): void {
    switch (effect.type) {
      case 'paint-on':
        this.painting = true;
        break;
      case 'paint-off':
        this.painting = false;
        break;
      case 'engine-start':
        assert.equal(this.engine, 'none', 'one engine at a time');
        this.engine = 'alive';
        this.ending = false;
        this.looks = [];
        this.serial = 0;
        break;
      case 'engine-grant':
        assert.notEqual(this.engine, 'none', 'only a living engine is let in');
        assert.equal(this.ending, false, 'an engine that was told to end is not let in');
        this.engine = 'writing';
        break;
      case 'engine-ask-to-stop':
      case 'engine-kill':
        assert.notEqual(this.engine, 'none');
        this.ending = true;
        break;
      case 'timer-set':
        this.timers.add(effect.name);
        break;
      case 'timer-clear':
        this.timers.delete(effect.name);
        break;
    }
    assert.ok(!(this.painting && this.engine === 'writing'), 'never two writers');
  }
}

/** The first look of an engine comes before everything else. */
function looks(world: World): SessionEvent[] {
  const { serial } = world;
  const events = [told(serial, true), told(serial, false), told(serial, false)];
  for (const look of world.looks) {
    events.push(applied(look.serial), refused(look.serial));
    events.push(applied(look.serial));
  }
  return events;
}

function possible(world: World): SessionEvent[] {
  const events: SessionEvent[] = [
    START,
    STOP,
    { type: 'suspend' },
    { type: 'resume' },
    { type: 'on-demand', value: false },
    { type: 'on-demand', value: true },
    consumers(0),
    consumers(1),
  ];
  events.push(consumers(1), START, FOUND, LOST);
  if (world.engine !== 'none')
    events.push(READY, READY, READY, RELEASED, FAILED, CAMERA_ON, EXITED, ...looks(world));
  for (const name of world.timers) events.push({ type: 'timer', name: name as 'kill' });
  return events;
}

function check(world: World, state: SessionState): void {
  if (!isExposed(state))
    assert.ok(world.engine !== 'writing' || !world.mayShowRoom, 'the room is hidden where it is said to be');
  assert.equal(world.painting, isPainting(state));
  assert.equal(
    world.engine === 'writing' && state.engine.phase === 'none',
    false,
    'the machine knows its engine',
  );
  assert.equal(world.engine === 'none', state.engine.phase === 'none');
  if (!state.enabled) {
    assert.notEqual(stateOf(state), 'running');
    assert.ok(world.engine === 'none' || world.ending, 'a stopped camera has no engine but a dying one');
  }
  if (state.device && world.engine !== 'writing' && !engineMayWrite(state))
    assert.ok(world.painting, 'never silence');
  if (world.ending && world.engine !== 'none') assert.equal(state.engine.phase, 'stopping');
  if (world.engine === 'writing' && state.room.room === 'hiding')
    assert.ok(world.timers.has('hide') || world.ending, 'it does not take for ever');
  const watched = world.timers.has('watch') || world.timers.has('kill') || world.ending;
  assert.ok(world.engine === 'none' || watched, 'somebody watches over every engine');
  if (isQuiet(state, true)) assert.equal(world.engine, 'none', 'the device may be closed');
  assert.equal(world.timers.has('retry'), state.retrying);
  assert.equal(world.timers.has('linger'), state.lingering);
}

test('random events never break the promises', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const pick = random(seed);
    const world = new World();
    let state = INITIAL_STATE;
    const trail: string[] = [];
    for (let i = 0; i < 200; i++) {
      const events = possible(world);
      const first = world.engine === 'alive' && world.serial === 0;
      const event = first ? told(0, pick(2) === 0) : (events[pick(events.length)] ?? START);
      trail.push(event.type === 'engine-message' ? event.message.type : event.type);
      world.foresee(event);
      if (event.type === 'look-told') world.serial++;
      try {
        const next = step(state, event);
        state = next.state;
        for (const effect of next.effects) world.perform(effect);
        check(world, state);
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        assert.fail(`seed ${seed}, after ${trail.slice(-12).join(', ')}: ${text}`);
      }
    }
  }
});

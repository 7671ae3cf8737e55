import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSignal, Request } from '../bus/message.js';
import { RemoteError } from '../bus/remote.js';
import { FakeClock } from '../testing/fake-clock.js';
import { type Seat, SeatWatch } from './seats.js';
import { LOGIND } from './sleep.js';

const DAEMON = 'org.freedesktop.DBus';
const OWNER = ':1.2';
const SEAT = '/org/freedesktop/login1/seat/seat0';

interface FakeSession {
  readonly user: number;
  readonly class?: string;
  readonly state?: string;
}

const ALICE: FakeSession = { user: 1000 };
const BOB: FakeSession = { user: 1001 };

const error = (name: string) => new RemoteError(`${DAEMON}.Error.${name}`, name);

async function setUp() {
  const clock = new FakeClock();
  const told: Seat[] = [];
  const world = {
    active: 'a',
    sessions: { a: ALICE, b: BOB } as Readonly<Record<string, FakeSession>>,
    /** How the list is answered. */
    list: async (): Promise<void> => {},
    /** Before a property of a session is answered. */
    before: async (_id: string, _property: string): Promise<void> => {},
    lists: 0,
    waiting: 0,
    most: 0,
  };
  let deliver: (signal: ReceivedSignal) => void = () => {};
  const signal = (change: Partial<ReceivedSignal>): void =>
    deliver({ sender: OWNER, ...LOGIND, member: '', signature: '', body: [], ...change });
  const pathOf = (id: string): string => `/org/freedesktop/login1/session/${id}`;
  const variant = (value: unknown) => [{ signature: 's', value }];
  const answer = async ({ member, path, body }: Request): Promise<readonly unknown[]> => {
    if (member === 'GetNameOwner') return [OWNER];
    if (member === 'ListSessions') {
      world.lists++;
      const rows = Object.entries(world.sessions).map(([id, { user }]) => [id, user, '', '', pathOf(id)]);
      await world.list();
      return [rows];
    }
    if (member !== 'Get') return [];
    if (path === SEAT) return variant([world.active, pathOf(world.active)]);
    const id = path.slice(pathOf('').length);
    const property = String(body[1]);
    await world.before(id, property);
    const session = world.sessions[id];
    if (session === undefined) throw error('UnknownObject');
    if (property === 'User') return variant([session.user, '/']);
    return variant(property === 'Class' ? (session.class ?? 'user') : (session.state ?? 'online'));
  };
  const bus = {
    onSignal: (listener: (signal: ReceivedSignal) => void): void => {
      deliver = listener;
    },
    request: async (request: Request): Promise<readonly unknown[]> => {
      world.most = Math.max(world.most, ++world.waiting);
      try {
        return await answer(request);
      } finally {
        world.waiting--;
      }
    },
  };
  const watch = new SeatWatch(bus, (seat) => void told.push(seat), clock);
  /** Until all that can be answered is. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const changed = async (): Promise<void> => {
    signal({ member: 'SessionRemoved' });
    await settle();
  };
  const changeOwner = (owner: string): void =>
    signal({ sender: DAEMON, member: 'NameOwnerChanged', body: [LOGIND.name, OWNER, owner] });
  const last = () => {
    const { active, sessions } = told.at(-1) ?? {};
    return [active, sessions && Object.fromEntries(sessions)];
  };
  return { clock, watch, world, told, last, signal, changed, changeOwner, settle };
}

test('who is active and who has sessions, before the service begins', async () => {
  const { watch, world, last, changed } = await setUp();
  await watch.begin();
  assert.deepEqual(last(), [1000, { a: 1000, b: 1001 }]);
  world.sessions = { a: { user: 120, class: 'greeter' } };
  await changed();
  assert.deepEqual(last(), ['greeter', { a: 120 }]);
});

test('what has been signalled is told before it is settled, but a logind that hangs holds up nothing', async () => {
  const { clock, watch, world, last, signal, settle } = await setUp();
  await watch.begin();
  let answer: () => void = () => {};
  // Only the question of who is active asks for it.
  const hang = async (_id: string, property: string): Promise<void> => {
    if (property !== 'User') return;
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
  };
  world.before = hang;
  const change = (active: string): void => {
    world.active = active;
    signal({ member: 'SessionNew' });
  };
  let done = 0;
  const wait = async (): Promise<void> => watch.settled().then(() => void done++);
  change('b');
  void wait();
  await settle();
  // The answer of before the second change is under way.
  change('a');
  world.before = async () => {};
  answer();
  await settle();
  assert.deepEqual([done, last()[0]], [1, 1000]);
  world.before = hang;
  change('b');
  void wait();
  await settle();
  assert.equal(done, 1);
  clock.advance(200);
  await settle();
  assert.equal(done, 2);
});

test('who is active is told although the list cannot be had, and the list is asked for again', async () => {
  const { clock, watch, world, last, changed, settle } = await setUp();
  const fails = async (): Promise<void> => {
    throw new Error('an answer of 2000000 bytes is not read');
  };
  world.list = fails;
  await watch.begin();
  assert.deepEqual(last(), [1000, {}]);
  world.list = async () => {};
  clock.advance(1000);
  await settle();
  assert.deepEqual(last(), [1000, { a: 1000, b: 1001 }]);
  world.list = fails;
  world.active = 'b';
  world.sessions = { b: BOB };
  await changed();
  assert.deepEqual(last(), [1001, { a: 1000, b: 1001 }], 'as they were told last');
  const asked = world.lists;
  clock.advance(3000);
  await settle();
  assert.ok(world.lists > asked);
});

test('a change of the active user is told although a long list is still being asked about', async () => {
  const { watch, world, last, changed } = await setUp();
  await watch.begin();
  world.list = () => new Promise(() => {});
  await changed();
  world.active = 'b';
  await changed();
  assert.deepEqual(last(), [1001, { a: 1000, b: 1001 }]);
});

test('a session that ends while it is asked about is left out', async () => {
  for (const property of ['Class', 'State']) {
    const { clock, watch, world, last } = await setUp();
    world.before = async (id, asked) => {
      if (id === 'b' && asked === property) throw error('UnknownObject');
    };
    await watch.begin();
    assert.deepEqual(last(), [1000, { a: 1000 }]);
    assert.equal(clock.timers.size, 0);
  }
});

test('no session ends because logind is silent or ends itself', async () => {
  for (const reason of [error('NoReply'), error('ServiceUnknown'), new Error('no answer within 5 s')]) {
    const { clock, watch, world, last, changed, settle } = await setUp();
    await watch.begin();
    world.before = async (id) => {
      if (id === 'b') throw reason;
    };
    await changed();
    assert.deepEqual(last(), [1000, { a: 1000, b: 1001 }]);
    world.before = async () => {};
    world.sessions = { a: ALICE };
    clock.advance(1000);
    await settle();
    assert.deepEqual(last(), [1000, { a: 1000 }]);
  }
});

test('sessions without a person are left out, and sessions that are over but for a process', async () => {
  const { watch, world, last } = await setUp();
  world.sessions = {
    a: { ...ALICE, state: 'active' },
    b: { ...BOB, state: 'closing' },
    c: { user: 1002, class: 'manager' },
    d: { user: 1003, class: 'background-light' },
    e: { user: 1004, state: 'opening' },
  };
  await watch.begin();
  assert.deepEqual(last(), [1000, { a: 1000, e: 1004 }]);
});

test('many sessions: few questions at a time', async () => {
  const { watch, world, last } = await setUp();
  const many = Array.from({ length: 1000 }, (_, index): [string, FakeSession] => [`s${index}`, BOB]);
  world.sessions = { a: ALICE, ...Object.fromEntries(many) };
  world.before = () => new Promise((resolve) => setImmediate(resolve));
  await watch.begin();
  assert.equal(Object.keys(last()[1] ?? {}).length, 1001);
  assert.ok(world.most <= 70, `${world.most} at a time`);
});

test('a logind that is gone is not asked again, one that comes back is', async () => {
  const { clock, watch, world, changeOwner, settle } = await setUp();
  await watch.begin();
  changeOwner('');
  world.list = async () => {
    throw new Error('gone');
  };
  clock.advance(5000);
  await settle();
  assert.equal(world.lists, 1);
  changeOwner(':1.9');
  await settle();
  assert.equal(world.lists, 2);
  changeOwner('');
  clock.advance(5000);
  await settle();
  assert.equal(world.lists, 2);
  assert.equal(clock.timers.size, 0);
  watch.close();
});

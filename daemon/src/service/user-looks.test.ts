import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_SETTINGS, type Settings, type UserLook, userLookOf } from './session/settings.js';
import { MAX_USERS } from './settings/document.js';
import type { Kept } from './settings/settings-keeper.js';
import type { Seat } from './system/seats.js';
import { type Chooser, UserLooks } from './user-looks.js';

const ALICE = 1000;
const BOB = 1001;
const DEFAULT = userLookOf(INITIAL_SETTINGS);
const ID = 'a'.repeat(32);

function setUp(kept: Partial<Kept> = {}) {
  const events: string[] = [];
  const gone = new Set<string>();
  let settings: Settings = { ...INITIAL_SETTINGS, ...kept.settings };
  let last: Kept | undefined;
  let news: Promise<void> = Promise.resolve();
  const session = {
    settings: () => settings,
    endVisit: async (why: string) => void events.push(why),
    adoptLook: async (look: UserLook) => {
      events.push(`${look.mode} ${look.background}`);
      choose(look);
      return look;
    },
  };
  const looks = new UserLooks(
    session,
    { settings, users: kept.users },
    {
      isShown: async (background) => !gone.has(background),
      seatSettled: () => news,
      log: (_level, text) => events.push(text),
    },
  );
  const choose = (change: Partial<Settings>): Kept => {
    settings = { ...settings, ...change };
    last = looks.keep(settings);
    return last;
  };
  const sit = (active: Seat['active'], ...others: number[]): Promise<void> =>
    looks.follow({
      active,
      sessions: sessionsOf(...others, ...(typeof active === 'number' ? [active] : [])),
    });
  const now = (user: number): Chooser => ({ user, arrived: looks.arrive() });
  return {
    looks,
    events,
    gone,
    choose,
    sit,
    session,
    now,
    /** Until then it is not known who is active. */
    hasNews: (until: Promise<void>) => {
      news = until;
    },
    look: () => userLookOf(settings),
    kept: () => last,
  };
}

/** One of each, with the same id whenever. */
const sessionsOf = (...users: number[]): Seat['sessions'] => new Map(users.map((user) => [`c${user}`, user]));

test('each user finds their own look; a new one that of a new installation', async () => {
  const { choose, sit, look } = setUp();
  await sit(ALICE);
  choose({ mode: 'mask', effects: ['mirror'] });
  await sit(BOB, ALICE);
  assert.deepEqual(look(), DEFAULT);
  const { users, settings } = choose({ mode: 'replace', background: 'color:#112233' });
  assert.deepEqual(
    [users?.get(ALICE)?.mode, users?.get(BOB)?.mode, settings.mode],
    ['mask', 'replace', 'blur'],
  );
  await sit(ALICE, BOB);
  assert.deepEqual(look(), { ...DEFAULT, mode: 'mask', effects: ['mirror'] });
});

test("the look of a file without users becomes the first user's, and stays the machine's", async () => {
  const settings = { ...INITIAL_SETTINGS, mode: 'replace', background: 'color:#445566' } as const;
  const { choose, sit, look } = setUp({ settings });
  await sit('greeter');
  assert.deepEqual(look(), DEFAULT, 'who is about to log in is nobody yet');
  await sit(ALICE);
  assert.equal(look().background, 'color:#445566');
  await sit(BOB, ALICE);
  assert.deepEqual(look(), DEFAULT);
  await sit(undefined);
  assert.equal(look().background, 'color:#445566');
  const kept = choose({ started: false });
  assert.equal(kept.settings.background, 'color:#445566');
  assert.deepEqual(
    [...(kept.users ?? [])].map(([user, { background }]) => [user, background]),
    [[ALICE, 'color:#445566']],
  );
});

test('a visit ends first when another user becomes active, at once', async () => {
  const { events, sit, session } = setUp({ users: new Map() });
  await sit(ALICE);
  events.length = 0;
  let adopted: () => void = () => {};
  session.adoptLook = (look) =>
    new Promise<UserLook>((resolve) => {
      adopted = () => resolve(look);
    });
  const slow = sit(BOB, ALICE);
  const again = sit('greeter', ALICE, BOB);
  assert.deepEqual(events, ['another user is active', 'another user is active'], 'nothing is waited for');
  await new Promise((resolve) => setImmediate(resolve));
  adopted();
  await Promise.all([slow, again]);
});

test('the same user in another session, and a signal for nothing, change nothing', async () => {
  const { events, sit } = setUp({ users: new Map() });
  await sit(ALICE);
  events.length = 0;
  await sit(ALICE, BOB);
  await sit(ALICE);
  assert.deepEqual(events, []);
});

const done = async (): Promise<void> => {};

test('a visit ends with the last session of who chose it, also from elsewhere', async () => {
  const { events, looks, sit, now } = setUp({ users: new Map() });
  await sit(ALICE, BOB);
  await looks.choose(now(BOB), 'blurStrength', true, done);
  events.length = 0;
  await sit(ALICE, BOB);
  assert.deepEqual(events, []);
  await sit(ALICE);
  assert.deepEqual(events, ['the session of who chose it is over']);
  await sit(ALICE, BOB);
  await sit(ALICE);
  assert.equal(events.length, 1, 'once');
});

test('a visit stays with who chose it until the same is chosen by another, or for good', async () => {
  const { events, looks, sit, now } = setUp({ users: new Map() });
  const leaves = async (): Promise<boolean> => {
    events.length = 0;
    await sit(ALICE, BOB);
    await sit(ALICE);
    await sit(ALICE, BOB);
    return events.length > 0;
  };
  await sit(ALICE, BOB);
  await looks.choose(now(BOB), 'blurStrength', true, done);
  await looks.choose(now(ALICE), 'mode', false, done);
  await looks.choose(now(ALICE), 'onDemand', true, done);
  assert.ok(await leaves(), "another user's choice of something else changes nothing");
  await looks.choose(now(BOB), 'blurStrength', true, done);
  await looks.choose(now(ALICE), 'blurStrength', true, done);
  assert.ok(!(await leaves()), 'it is of another user by now');
  await looks.choose(now(BOB), 'mode', true, done);
  await looks.choose(now(BOB), 'mode', false, done);
  assert.ok(!(await leaves()), 'no visit is left');
  await looks.choose(now(BOB), 'onDemand', true, done);
  looks.visitEnds(looks.arrive());
  assert.ok(!(await leaves()), 'it has ended with Stop');
});

test('a choice that is refused leaves the visit to the one who had chosen it; one under way counts already', async () => {
  const { events, looks, sit, now } = setUp({ users: new Map() });
  await sit(ALICE, BOB);
  await looks.choose(now(BOB), 'mode', true, done);
  const refused = async (): Promise<void> => {
    throw new Error('refused');
  };
  await assert.rejects(looks.choose(now(ALICE), 'mode', false, refused), /refused/);
  await assert.rejects(looks.choose(now(ALICE), 'mode', true, refused), /refused/);
  events.length = 0;
  await sit(ALICE);
  assert.deepEqual(events, ['the session of who chose it is over']);
  await sit(ALICE, BOB);
  let make: () => void = () => {};
  const choosing = looks.choose(now(BOB), 'mode', true, () => new Promise((resolve) => (make = resolve)));
  await new Promise((resolve) => setImmediate(resolve));
  await sit(ALICE);
  assert.equal(events.length, 2);
  make();
  await choosing;
  await sit(ALICE, BOB);
  const tooLate = assert.rejects(looks.choose(now(BOB), 'mode', true, done), /superseded/);
  await Promise.all([tooLate, sit(ALICE)]);
  assert.equal(events.length, 3, 'it has not begun when its user leaves');
});

test('a background that is gone: the default one in its place, and the rest stays', async () => {
  const look = { ...DEFAULT, mode: 'replace', background: ID, effects: ['mirror'] } as const;
  const { gone, sit, look: shown, choose } = setUp({ users: new Map([[ALICE, look]]) });
  gone.add(ID);
  await sit(ALICE);
  assert.deepEqual(shown(), { ...look, background: DEFAULT.background });
  assert.equal(choose({ camera: 'usb-1' }).users?.get(ALICE)?.background, ID, 'as long as nothing is chosen');
  assert.equal(choose({ blurStrength: 3 }).users?.get(ALICE)?.background, DEFAULT.background);
});

test('without logind there is one look, as ever', () => {
  const { choose } = setUp();
  const { settings, users } = choose({ mode: 'mask' });
  assert.deepEqual([settings.mode, users], ['mask', undefined]);
});

test("what is chosen while nobody is active is the machine's; going back to where one was counts", async () => {
  const { choose, sit, look } = setUp({ users: new Map() });
  await sit(undefined);
  assert.equal(choose({ mode: 'mask' }).settings.mode, 'mask');
  await sit(ALICE);
  choose({ mode: 'replace' });
  assert.equal(choose({ mode: DEFAULT.mode }).users?.get(ALICE)?.mode, DEFAULT.mode);
  await sit(undefined);
  assert.equal(look().mode, 'mask');
});

test('a visit ends with the session of who chose it, although another one of theirs has come unnoticed', async () => {
  const { events, looks, sit, now } = setUp({ users: new Map() });
  await sit(ALICE);
  await looks.choose(now(ALICE), 'mode', true, async () => {});
  await looks.follow({
    active: ALICE,
    sessions: new Map([
      ['c1', ALICE],
      [`c${ALICE}`, ALICE],
    ]),
  });
  const count = events.length;
  await looks.follow({ active: ALICE, sessions: new Map([['c1', ALICE]]) });
  assert.equal(events.length, count, 'one of those that were there is there');
  await looks.follow({ active: ALICE, sessions: new Map([['c2', ALICE]]) });
  assert.match(events.at(-1) ?? '', /session of who chose it is over/);
});

test('so many users are remembered, and the active one is among them', async () => {
  const { choose, sit } = setUp({ users: new Map() });
  for (let user = 1; user <= MAX_USERS + 3; user++) {
    await sit(user);
    const { users } = choose({ crossFade: user });
    assert.ok((users?.size ?? 0) <= MAX_USERS);
    assert.equal(users?.get(user)?.crossFade, user);
  }
});

test('a look that cannot be shown: a line in the log, and what comes next is remembered', async () => {
  const { events, sit, session, choose } = setUp({ users: new Map() });
  session.adoptLook = async () => {
    throw new Error('refused');
  };
  await sit(ALICE);
  assert.match(events.at(-1) ?? '', /could not be shown: refused/);
  assert.equal(choose({ mode: 'mask' }).users?.get(ALICE)?.mode, 'mask');
});

test('what the new user chooses while their look is on its way comes on top of it and is remembered', async () => {
  const bobs: UserLook = { ...DEFAULT, blurStrength: 7, effects: ['mirror'] };
  for (const step of ['endVisit', 'adoptLook'] as const) {
    const { looks, sit, session, now, look, kept, choose } = setUp({ users: new Map([[BOB, bobs]]) });
    await sit(ALICE);
    let goOn: () => void = () => {};
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const { endVisit, adoptLook } = session;
    if (step === 'endVisit') session.endVisit = (why) => paused.then(() => endVisit(why));
    else session.adoptLook = (adopted) => paused.then(() => adoptLook(adopted));
    const sitting = sit(BOB, ALICE);
    const chosen = looks.choose(now(BOB), 'mode', false, async () => void choose({ mode: 'mask' }));
    await new Promise((resolve) => setImmediate(resolve));
    goOn();
    await Promise.all([sitting, chosen]);
    assert.deepEqual(look(), { ...bobs, mode: 'mask' }, step);
    assert.deepEqual(kept()?.users?.get(BOB), { ...bobs, mode: 'mask' }, step);
  }
});

test('what was asked for before another user became active is refused, and so is what would undo a later hide', async () => {
  const { looks, sit, now } = setUp({ users: new Map() });
  const late = { code: 'Failed', message: /superseded/ };
  let made = 0;
  const make = async (): Promise<void> => void made++;
  await sit(ALICE);
  const [before, ours] = [now(ALICE), now(ALICE)];
  await looks.choose(now(ALICE), 'mode', false, make);
  await assert.rejects(looks.choose(before, 'mode', true, make), late);
  await assert.rejects(looks.choose(before, 'blurStrength', true, make), late);
  await looks.choose(ours, 'onDemand', true, make);
  await looks.change(ours, make);
  const [hide, show] = [now(ALICE), now(ALICE)];
  await looks.choose(hide, 'mode', false, make);
  await looks.choose(show, 'mode', true, make);
  made -= 2;
  assert.equal(made, 3, 'a mode does not take back what it does not hide');
  for (const part of ['mode', 'blurStrength', 'onDemand'] as const) {
    const early = now(ALICE);
    looks.visitEnds(looks.arrive());
    await assert.rejects(looks.choose(early, part, true, make), late, `${part} after Stop`);
    await looks.choose(now(ALICE), part, true, make);
  }
  const early = now(ALICE);
  await sit(BOB, ALICE);
  for (const visits of [true, false])
    await assert.rejects(looks.choose(early, 'mode', visits, make), /Another user/);
  await assert.rejects(looks.change(early, make), /Another user/);
  await looks.choose(now(ALICE), 'mode', true, make);
  assert.equal(made, 7);
});

test('what the new user chooses before it is known who is active is theirs, whoever else is refused', async () => {
  const { looks, sit, now, hasNews, choose, look, kept } = setUp({
    users: new Map([[BOB, { ...DEFAULT, blurStrength: 7 }]]),
  });
  await sit(ALICE);
  let known: () => void = () => {};
  hasNews(
    new Promise((resolve) => {
      known = resolve;
    }),
  );
  const set = (by: number, mode: 'mask' | 'replace') =>
    looks.choose(now(by), 'mode', false, async () => void choose({ mode }));
  const [bobs, roots] = [set(BOB, 'mask'), set(0, 'replace')];
  const refused = assert.rejects(roots, /Another user/);
  const shows = assert.rejects(
    looks.choose(now(BOB), 'mode', true, async () => void choose({ mode: 'replace' })),
    /superseded/,
  );
  const sitting = sit(BOB, ALICE);
  known();
  await Promise.all([sitting, bobs, refused, shows]);
  assert.deepEqual(look(), { ...DEFAULT, mode: 'mask', blurStrength: 7 });
  assert.deepEqual(kept()?.users?.get(BOB), look());
});

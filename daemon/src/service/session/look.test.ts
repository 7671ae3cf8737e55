import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import type { Look } from '../../shared/protocol.js';
import { EngineGone } from './engine-link.js';
import { LookControl, parseBackground, parseBlurStrength, parseMode } from './look.js';
import type { LastingLook } from './visit.js';

const LOOK: LastingLook = { mode: 'blur', background: 'color:#000000', blurStrength: 50, effects: [] };
const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

test('modes', () => {
  assert.equal(parseMode('mask'), 'mask');
  assert.throws(() => parseMode('Blur'), code('InvalidArgs'));
  assert.throws(() => parseMode(''), /passthrough, blur, replace, mask/);
  assert.ok(String(catchError(() => parseMode('x'.repeat(5000)))).length < 300);
});

test('backgrounds', () => {
  assert.equal(parseBackground('color:#A0b1C2'), 'color:#a0b1c2');
  assert.equal(parseBackground('/usr/share/wallpaper.jpg'), '/usr/share/wallpaper.jpg');
  for (const bad of [
    'color:',
    'color:red',
    'color:#12345',
    'color:#1234567',
    '/a\0b',
    `/${'x'.repeat(4095)}`,
  ]) {
    assert.throws(() => parseBackground(bad), code('InvalidArgs'), bad.slice(0, 20));
  }
  for (const unknown of ['', 'beach', 'relative/path.jpg', '~/a.jpg']) {
    assert.throws(() => parseBackground(unknown), code('UnknownBackground'), unknown);
  }
});

test('blur strength', () => {
  assert.equal(parseBlurStrength(100), 100);
  assert.throws(() => parseBlurStrength(101), code('InvalidArgs'));
});

function catchError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

class Fake {
  engineTakesChanges = false;
  engineChecks = false;
  readonly applied: Look[] = [];
  readonly checked: string[] = [];
  changes = 0;
  now = 0;
  onApply: (look: Look) => Promise<void> = async () => {};
  onCheck: (background: string) => Promise<void> = async () => {};
  /** What the engine was told to hide with. */
  readonly hidden: Look[] = [];
  exposed = false;
  onHide: () => Promise<void> = async () => {};
  onReach: (path: string) => Promise<void> = async () => {};
  readonly control: LookControl;

  constructor() {
    const check = {
      check: async (background: string) => {
        this.checked.push(background);
        await this.onCheck(background);
      },
      reach: async (path: string) => await this.onReach(path),
    };
    this.control = new LookControl(
      LOOK,
      this,
      check,
      () => this.changes++,
      () => this.now,
    );
  }

  async apply(look: Look): Promise<void> {
    this.applied.push(look);
    await this.onApply(look);
  }

  async hide(look: Look): Promise<void> {
    this.hidden.push(look);
    await this.onHide();
    this.exposed = false;
  }
}

test('without an engine a file is checked, everything else is taken as it is', async () => {
  const fake = new Fake();
  await fake.control.change({ mode: 'replace' });
  await fake.control.change({ background: 'color:#ffffff' });
  assert.deepEqual(fake.checked, []);
  await fake.control.change({ background: '/a.jpg' });
  assert.deepEqual(fake.checked, ['/a.jpg']);
  assert.deepEqual(fake.control.look, { ...LOOK, mode: 'replace', background: '/a.jpg' });
  assert.equal(fake.changes, 3);
});

test('what is refused changes nothing', async () => {
  const fake = new Fake();
  fake.onCheck = async () => {
    throw new BackscrubError('BadImage', 'no');
  };
  await assert.rejects(fake.control.change({ background: '/a.jpg' }), code('BadImage'));
  fake.engineTakesChanges = true;
  fake.onApply = fake.onCheck.bind(fake, '');
  await assert.rejects(fake.control.change({ mode: 'mask' }), code('BadImage'));
  assert.deepEqual(fake.control.look, LOOK);
  assert.equal(fake.changes, 0);
});

test('an engine that is still loading is told, but not believed', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  await fake.control.change({ background: '/a.jpg' });
  assert.deepEqual(fake.checked, ['/a.jpg']);
  assert.equal(fake.applied.length, 1);
  await fake.control.change({ mode: 'mask' });
  assert.equal(fake.checked.length, 1, 'what was checked once is not checked again');
});

test('a running engine decides', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  await fake.control.change({ background: '/a.jpg' });
  assert.deepEqual(fake.checked, []);
  assert.equal(fake.applied[0]?.background, '/a.jpg');
});

test('an engine that ends before its answer leaves the decision to the check', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  fake.onApply = async () => {
    fake.engineTakesChanges = false;
    fake.engineChecks = false;
    throw new EngineGone();
  };
  await fake.control.change({ background: '/a.jpg' });
  assert.deepEqual(fake.checked, ['/a.jpg']);
  assert.equal(fake.control.look.background, '/a.jpg');
});

test('an engine that starts during the check gets the look too', async () => {
  const fake = new Fake();
  fake.onCheck = async () => {
    fake.engineTakesChanges = true;
  };
  await fake.control.change({ background: '/a.jpg' });
  assert.equal(fake.applied.length, 1);
});

test('changes at the same time do not undo each other', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  await Promise.all([
    fake.control.change({ mode: 'replace' }),
    fake.control.change({ background: '/a.jpg' }),
    fake.control.change({ blurStrength: 7 }),
  ]);
  assert.deepEqual(fake.control.look, { ...LOOK, mode: 'replace', background: '/a.jpg', blurStrength: 7 });
  assert.deepEqual(fake.applied.at(-1), fake.control.look);
});

test('forgetting the background that is shown: another one first, in the queue of all changes', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  await fake.control.change({ background: '/a.png' });
  const order: string[] = [];
  fake.onApply = async ({ background }) => {
    order.push(background);
  };
  const forgotten = fake.control.forget('/a.png', 'color:#2e3436', async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('removed');
  });
  const later = fake.control.change({ background: '/b.png' });
  await Promise.all([forgotten, later]);
  assert.deepEqual(order, ['color:#2e3436', 'removed', '/b.png']);
  assert.equal(fake.control.look.background, '/b.png');
  await fake.control.forget('/a.png', 'color:#2e3436', async () => {
    order.push('removed again');
  });
  assert.deepEqual(order.slice(3), ['removed again'], 'one that is not shown changes nothing');
});

test('a background that cannot be removed comes back', async () => {
  const fake = new Fake();
  await fake.control.change({ background: '/a.png' });
  const broken = async () => {
    throw new BackscrubError('Failed', 'disk');
  };
  await assert.rejects(fake.control.forget('/a.png', 'color:#2e3436', broken), code('Failed'));
  assert.equal(fake.control.look.background, '/a.png');
});

const superseded = (error: unknown) =>
  error instanceof BackscrubError && error.code === 'Failed' && /superseded by mode/.test(error.message);
const forever = () => new Promise<void>(() => {});

/** A control whose running engine shows the room. */
async function open(): Promise<Fake> {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  await fake.control.change({ mode: 'passthrough' });
  fake.exposed = true;
  return fake;
}

test('a look that hides the room waits for nothing', async () => {
  const fake = await open();
  fake.onApply = forever;
  void fake.control.change({ background: '/slow.mp4' });
  await fake.control.change({ mode: 'blur' });
  assert.deepEqual(fake.hidden, [LOOK]);
  assert.deepEqual([fake.control.look, fake.control.shown], [LOOK, LOOK]);
});

test('until the room is hidden, what is told is that it is shown; an engine that starts hides it', async () => {
  const fake = await open();
  let hidden = (): void => {};
  fake.onHide = () =>
    new Promise((resolve) => {
      hidden = resolve;
    });
  const change = fake.control.change({ mode: 'mask' });
  assert.equal(fake.control.shown.mode, 'passthrough');
  assert.equal(fake.control.look.mode, 'mask');
  hidden();
  await change;
  assert.equal(fake.control.shown.mode, 'mask');
});

test('what would show the room again is refused, everything else is made once more', async () => {
  const fake = await open();
  let answer: (error?: Error) => void = () => {};
  fake.onApply = ({ mode }) =>
    mode === 'passthrough'
      ? new Promise((resolve, reject) => {
          answer = (error) => (error ? reject(error) : resolve());
        })
      : Promise.resolve();
  const background = fake.control.change({ background: '/a.jpg' });
  const passthrough = fake.control.change({ mode: 'passthrough' });
  const strength = fake.control.change({ blurStrength: 0 });
  const effects = fake.control.change({ effects: ['mirror'] });
  await Promise.resolve();
  const hiding = fake.control.change({ mode: 'replace' });
  await assert.rejects(passthrough, superseded);
  await assert.rejects(strength, superseded);
  await hiding;
  // The engine has dropped it for the sake of the hiding one.
  answer(new BackscrubError('Failed', 'superseded'));
  await Promise.all([background, effects]);
  const look = { ...LOOK, mode: 'replace', background: '/a.jpg', effects: ['mirror'] } as const;
  assert.deepEqual(fake.control.look, look);
  assert.ok(fake.applied.slice(-2).every(({ mode }) => mode === 'replace'));
});

test('a change that shows the room and is under way is not kept, whatever its engine says or does', async () => {
  const answers = [() => {}, () => Promise.reject(new EngineGone()), () => Promise.reject(new Error('no'))];
  for (const answer of answers) {
    const fake = new Fake();
    fake.engineTakesChanges = true;
    fake.engineChecks = true;
    let go = (): void => {};
    fake.onApply = async () => {
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      await answer();
    };
    const open = fake.control.change({ mode: 'passthrough' });
    while (fake.applied.length === 0) await Promise.resolve();
    fake.exposed = true;
    const hiding = fake.control.change({ mode: 'blur' });
    await assert.rejects(open, superseded);
    go();
    await hiding;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(fake.control.look.mode, 'blur');
    assert.equal(fake.applied.length, 1, 'nor is another engine told');
  }
});

test('what shows the room and comes after the hiding look waits for it', async () => {
  const fake = await open();
  let hidden = (): void => {};
  fake.onHide = () =>
    new Promise((resolve) => {
      hidden = resolve;
    });
  const hiding = fake.control.change({ mode: 'blur' });
  const told = fake.applied.length;
  const again = fake.control.change({ mode: 'passthrough' });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(fake.applied.length, told);
  hidden();
  await Promise.all([hiding, again]);
  assert.equal(fake.control.look.mode, 'passthrough');
});

test('a strength above 0 hides the room in mode blur, and a path that nothing answers for holds nobody up', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  await fake.control.change({ blurStrength: 0 });
  fake.exposed = true;
  fake.onReach = forever;
  void fake.control.change({ background: '/net/dead.jpg' });
  await fake.control.change({ blurStrength: 30 });
  assert.deepEqual(fake.hidden, [{ ...LOOK, blurStrength: 30 }]);
  assert.ok(fake.applied.every(({ background }) => background === LOOK.background));
});

test('mode blur blurs, although a strength of 0 is left over; in that mode 0 is chosen', async () => {
  for (const mode of ['replace', 'mask', 'passthrough'] as const) {
    const fake = new Fake();
    await fake.control.change({ mode });
    await fake.control.change({ blurStrength: 0 });
    fake.exposed = mode === 'passthrough';
    await fake.control.change({ mode: 'blur' });
    assert.deepEqual(fake.control.look, LOOK);
    assert.equal(fake.hidden.length, mode === 'passthrough' ? 1 : 0, 'as the way out it waits for nothing');
    await fake.control.change({ blurStrength: 0 });
    await fake.control.change({ mode: 'blur' });
    assert.equal(fake.control.look.blurStrength, 0);
  }
  const both = new Fake();
  await both.control.change({ mode: 'mask' });
  await both.control.change({ mode: 'blur', blurStrength: 0 });
  assert.equal(both.control.look.blurStrength, 0, 'both at once');
});

test('a hiding mode that overtakes an earlier one is the one that stays', async () => {
  const fake = new Fake();
  let check = (): void => {};
  fake.onCheck = () =>
    new Promise((resolve) => {
      check = resolve;
    });
  const background = fake.control.change({ background: '/slow.jpg' });
  const mask = fake.control.change({ mode: 'mask', effects: ['mirror'] });
  const passthrough = fake.control.change({ mode: 'passthrough' });
  await fake.control.change({ mode: 'replace' });
  check();
  await assert.rejects(passthrough, superseded);
  await Promise.all([background, mask]);
  assert.deepEqual(fake.control.look, {
    ...LOOK,
    mode: 'replace',
    background: '/slow.jpg',
    effects: ['mirror'],
  });
});

test('what shows the room is refused when its turn comes too late for anybody to expect it', async () => {
  const fake = new Fake();
  let check = (): void => {};
  fake.onCheck = () =>
    new Promise((resolve) => {
      check = resolve;
    });
  const waits = [
    { seconds: 24, mode: 'passthrough' },
    { seconds: 26, mode: 'blur' },
  ] as const;
  for (const { seconds, mode } of waits) {
    const background = fake.control.change({ background: `/slow-${seconds}.jpg` });
    const passthrough = fake.control.change({ mode: 'passthrough' });
    const fade = fake.control.change({ crossFade: seconds });
    await new Promise((resolve) => setImmediate(resolve));
    fake.now += seconds * 1000;
    check();
    await Promise.all([background, fade]);
    if (mode === 'passthrough') await passthrough;
    else await assert.rejects(passthrough, /too long; try again/);
    assert.equal(fake.control.look.mode, mode);
    await fake.control.change({ mode: 'blur' });
  }
});

test('a look that shows the room and failed is taken back from the engine', async () => {
  const fake = new Fake();
  fake.engineTakesChanges = true;
  fake.engineChecks = true;
  fake.onApply = async () => {
    throw new BackscrubError('Failed', 'no');
  };
  await assert.rejects(fake.control.change({ mode: 'passthrough' }), /no/);
  assert.deepEqual(fake.hidden, [LOOK]);
});

test('what lasts hides the room, and the end of a visit goes back to it', async () => {
  const fake = new Fake();
  await fake.control.change({ mode: 'mask' });
  await fake.control.change({ blurStrength: 7 });
  await fake.control.change({ mode: 'passthrough' });
  await fake.control.change({ blurStrength: 0 });
  await fake.control.change({ background: 'color:#ffffff' });
  const lasting = { ...LOOK, mode: 'mask', blurStrength: 7, background: 'color:#ffffff' } as const;
  assert.deepEqual(fake.control.lasting, lasting);
  await fake.control.endVisit();
  assert.deepEqual(fake.control.look, lasting);
  fake.hidden.length = 0;
  await fake.control.endVisit();
  assert.deepEqual(fake.hidden, [], 'no visit, nothing to do');
});

test('the end of a visit refuses what would begin another', async () => {
  const fake = new Fake();
  fake.onCheck = forever;
  void fake.control.change({ background: '/slow.jpg' });
  const pending = fake.control.change({ mode: 'passthrough' });
  await fake.control.endVisit();
  await assert.rejects(pending, superseded);
});

test('a background is removed in the middle of hiding the room', async () => {
  const fake = await open();
  await fake.control.change({ background: '/a.jpg' });
  let removed = (): void => {};
  const removing = new Promise<void>((resolve) => {
    removed = resolve;
  });
  const forgotten = fake.control.forget('/a.jpg', 'color:#2e3436', () => removing);
  await fake.control.change({ mode: 'replace' });
  removed();
  await forgotten;
  assert.deepEqual(fake.control.look, { ...LOOK, mode: 'replace', background: 'color:#2e3436' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import type { Look } from '../../shared/protocol.js';
import { EngineGone } from './engine-link.js';
import { LookControl, parseBackground, parseBlurStrength, parseMode } from './look.js';

const LOOK: Look = { mode: 'blur', background: 'color:#000000', blurStrength: 50, effects: [] };
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
  onApply: (look: Look) => Promise<void> = async () => {};
  onCheck: (background: string) => Promise<void> = async () => {};
  readonly control: LookControl;

  constructor() {
    const check = {
      check: async (background: string) => {
        this.checked.push(background);
        await this.onCheck(background);
      },
    };
    this.control = new LookControl(LOOK, this, check, () => this.changes++);
  }

  async apply(look: Look): Promise<void> {
    this.applied.push(look);
    await this.onApply(look);
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

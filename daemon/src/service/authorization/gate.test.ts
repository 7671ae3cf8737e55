import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METHODS, PROPERTIES } from '../../generated/contract.js';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import type { Clock } from '../session/ports.js';
import { type Authority, isAction, type Question, type Verdict } from './authority.js';
import { AuthorizationGate, LIMITS_MS } from './gate.js';
import { LIMITS } from './pending.js';

const code =
  (expected: ErrorCode, text = /./) =>
  (error: unknown) =>
    error instanceof BackscrubError && error.code === expected && text.test(error.message);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Answers what it is told to, or when it is told to. */
class FakeAuthority implements Authority {
  readonly asked: Question[] = [];
  withdrawn = 0;
  answer: Verdict | Error | undefined = 'allowed';

  async check(question: Question, abandoned: AbortSignal): Promise<Verdict> {
    this.asked.push(question);
    if (this.answer instanceof Error) throw this.answer;
    if (this.answer) return this.answer;
    return await new Promise((_, reject) =>
      abandoned.addEventListener('abort', () => {
        this.withdrawn++;
        reject(abandoned.reason);
      }),
    );
  }
}

function setUp(user: number | Error = 1000) {
  const timers: { milliseconds: number; callback: () => void }[] = [];
  const clock: Clock = {
    after: (milliseconds, callback) => {
      const timer = { milliseconds, callback };
      timers.push(timer);
      return () => {
        timers.splice(timers.indexOf(timer), 1);
      };
    },
    now: () => 0,
  };
  const authority = new FakeAuthority();
  const watched = new Map<string, () => void>();
  const callers = {
    userOf: async () => {
      if (user instanceof Error) throw user;
      return user;
    },
    watch: async (name: string, gone: () => void) => {
      watched.set(name, gone);
      return () => watched.delete(name);
    },
  };
  const gate = new AuthorizationGate([0, 990], callers, authority, clock);
  const ask = (sender = ':1.5', interactive = false, permission = 'org.backscrub.control') =>
    gate.authorize({ sender, interactive }, permission);
  return { ask, authority, timers, watched, gate };
}

test('every permission of the contract is an action', () => {
  for (const { permission } of Object.values(METHODS)) assert.ok(isAction(permission), permission);
  for (const property of Object.values(PROPERTIES)) {
    if (property.access !== 'read') assert.ok(isAction(property.permission), property.permission);
  }
});

test('trusted users are not asked about', async () => {
  for (const user of [0, 990]) {
    const { ask, authority } = setUp(user);
    authority.answer = 'denied';
    assert.equal(await ask(), user, 'a caller that is let in is named');
    assert.deepEqual(authority.asked, []);
  }
});

test("a member without a permission, or of an unknown one, is nobody's, not even root's", async () => {
  const { gate, ask } = setUp(0);
  const caller = { sender: ':1.5', interactive: true };
  await assert.rejects(gate.authorize(caller, undefined), code('AccessDenied'));
  for (const name of ['org.backscrub.other', 'constructor', ''])
    await assert.rejects(ask(':1.5', true, name), code('AccessDenied'));
});

test('a caller who is gone may not', async () => {
  const { ask, authority } = setUp(new Error('no such name'));
  await assert.rejects(ask(), code('AccessDenied'));
  assert.deepEqual(authority.asked, []);
});

test('an authority says for everybody else, with the caller, the action, and whether to ask a person', async () => {
  for (const user of [1000, 65534, -1, Number.NaN]) {
    const { ask, authority, timers, watched } = setUp(user);
    await ask(':1.5', true, 'org.backscrub.view');
    assert.deepEqual(authority.asked, [{ caller: ':1.5', action: 'org.backscrub.view', interactive: true }]);
    authority.answer = 'denied';
    await assert.rejects(ask(), code('AccessDenied', /steer the virtual camera.*org\.backscrub\.control/));
    assert.deepEqual([timers.length, watched.size], [0, 0], 'nothing is left behind');
  }
});

test('a challenge is a refusal that says whether asking was allowed', async () => {
  const { ask, authority } = setUp();
  authority.answer = 'challenge';
  await assert.rejects(ask(), code('InteractiveAuthorizationRequired'));
  await assert.rejects(ask(':1.5', true), code('AccessDenied', /nobody to ask/));
  authority.answer = 'dismissed';
  await assert.rejects(ask(':1.5', true), code('AccessDenied', /dismissed/));
});

test('no authority: denied, with what to do', async () => {
  const { ask, authority } = setUp();
  authority.answer = new Error('no such service');
  await assert.rejects(ask(), code('AccessDenied', /no such service.*root.*systemctl status polkit/));
});

test('an authority that hangs is given up, later when a person is asked, and blocks nobody', async () => {
  const { ask, authority, timers } = setUp();
  authority.answer = undefined;
  const hanging = [ask(), ask(':1.6', true)];
  await settle();
  assert.deepEqual(
    timers.map(({ milliseconds }) => milliseconds),
    [LIMITS_MS.unattended, LIMITS_MS.interactive],
  );
  authority.answer = 'allowed';
  await ask(':1.7');
  for (const { callback } of [...timers]) callback();
  for (const call of hanging) await assert.rejects(call, code('AccessDenied', /no answer within/));
  assert.equal(authority.withdrawn, 2);
});

test('the question of a caller who leaves is withdrawn', async () => {
  const { ask, authority, watched, timers } = setUp();
  authority.answer = undefined;
  const call = ask();
  await settle();
  watched.get(':1.5')?.();
  await assert.rejects(call, code('AccessDenied', /has left/));
  assert.deepEqual([authority.withdrawn, timers.length, watched.size], [1, 0, 0]);
});

test('one caller, one user, and all together have only so many questions open', async () => {
  const { ask, authority, timers } = setUp();
  authority.answer = undefined;
  const open: Promise<unknown>[] = [];
  const add = (sender: string): void => {
    const call = ask(sender);
    call.catch(() => {});
    open.push(call);
  };
  for (let i = 0; i < LIMITS.caller; i++) add(':1.5');
  await settle();
  await assert.rejects(ask(':1.5'), code('LimitsExceeded'));
  for (let i = LIMITS.caller; i < LIMITS.user; i++) add(`:1.${100 + i}`);
  await settle();
  await assert.rejects(ask(':1.9'), code('LimitsExceeded'), 'the same user with another connection');
  assert.equal(authority.asked.length, LIMITS.user);
  for (const { callback } of [...timers]) callback();
  await Promise.allSettled(open);
  authority.answer = 'allowed';
  await ask(':1.5');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type RemoteBus,
  type RemoteCall,
  RemoteError,
  type RemoteReply,
  type RemoteSignal,
} from '../bus/remote.js';
import { Polkit } from './polkit.js';

const QUESTION = { caller: ':1.5', action: 'org.backscrub.control', interactive: false } as const;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class FakeBus implements RemoteBus {
  readonly calls: RemoteCall[] = [];
  owner = ':1.2';
  answer: () => Promise<RemoteReply> = async () => ({ sender: this.owner, body: [[true, false, {}]] });
  tell: (signal: RemoteSignal) => void = () => {};

  async request(call: RemoteCall): Promise<RemoteReply> {
    if (call.member === 'GetNameOwner') {
      if (this.owner === '') throw new RemoteError('org.freedesktop.DBus.Error.NameHasNoOwner', 'none');
      return { sender: 'org.freedesktop.DBus', body: [this.owner] };
    }
    this.calls.push(call);
    return await this.answer();
  }

  async onSignal(_: string, listener: (signal: RemoteSignal) => void): Promise<() => void> {
    this.tell = listener;
    return () => {};
  }

  ownerChanged(owner: string, sender = 'org.freedesktop.DBus'): void {
    this.tell({
      sender,
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'NameOwnerChanged',
      signature: 'sss',
      body: ['org.freedesktop.PolicyKit1', '', owner],
    });
  }
}

const check = (polkit: Polkit, question: { interactive?: boolean } = {}) =>
  polkit.check({ ...QUESTION, ...question }, new AbortController().signal);

test('the caller by its bus name, and interaction only when it allows it', async () => {
  const bus = new FakeBus();
  const polkit = await Polkit.open(bus);
  assert.equal(await check(polkit), 'allowed');
  assert.equal(await check(polkit, { interactive: true }), 'allowed');
  const bodies = bus.calls.map(({ body }) => body);
  assert.deepEqual(bodies[0]?.[0], ['system-bus-name', { name: { signature: 's', value: ':1.5' } }]);
  assert.deepEqual(
    bodies.map(([, action, details, flags]) => [action, details, flags]),
    [
      ['org.backscrub.control', {}, 0],
      ['org.backscrub.control', {}, 1],
    ],
  );
  assert.notEqual(bodies[0]?.[4], bodies[1]?.[4], 'each question can be withdrawn for itself');
});

test('everything that is not a plain yes is a no', async () => {
  const bus = new FakeBus();
  const polkit = await Polkit.open(bus);
  const answers: [unknown, string][] = [
    [[false, false, {}], 'denied'],
    [[false, true, {}], 'challenge'],
    [[false, false, { 'polkit.dismissed': 'true' }], 'dismissed'],
    [['true', false, {}], 'denied'],
    [[], 'denied'],
    [undefined, 'denied'],
    [[1, 1, null], 'denied'],
  ];
  for (const [body, expected] of answers) {
    bus.answer = async () => ({ sender: ':1.2', body: [body] });
    assert.equal(await check(polkit), expected, JSON.stringify(body));
  }
});

test("only the owner of polkit's name is believed, whoever that is at the moment", async () => {
  const bus = new FakeBus();
  const polkit = await Polkit.open(bus);
  const from = (sender: string): void => {
    bus.answer = async () => ({ sender, body: [[true, false, {}]] });
  };
  for (const sender of [':1.66', '', 'org.freedesktop.PolicyKit1']) {
    from(sender);
    await assert.rejects(check(polkit), /not from polkit/);
  }
  bus.ownerChanged(':1.66', ':1.66');
  from(':1.66');
  await assert.rejects(check(polkit), /not from polkit/, 'only the bus tells who owns a name');
  bus.ownerChanged('');
  from('');
  await assert.rejects(check(polkit), /not from polkit/);
  bus.ownerChanged(':1.77');
  from(':1.77');
  assert.equal(await check(polkit), 'allowed', 'polkit has come back');
});

test('polkit may be absent at first', async () => {
  const bus = new FakeBus();
  bus.owner = '';
  const polkit = await Polkit.open(bus);
  bus.answer = async () => {
    throw new RemoteError('org.freedesktop.DBus.Error.ServiceUnknown', 'nobody has that name');
  };
  await assert.rejects(check(polkit), /nobody has that name/);
});

test('an abandoned question is withdrawn at once, and its answer counts no more', async () => {
  const bus = new FakeBus();
  const polkit = await Polkit.open(bus);
  let answer: (reply: RemoteReply) => void = () => {};
  bus.answer = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const abandon = new AbortController();
  const asked = polkit.check(QUESTION, abandon.signal);
  const late = answer;
  abandon.abort(new Error('too late'));
  await assert.rejects(asked, /too late/);
  assert.equal(bus.calls[1]?.member, 'CancelCheckAuthorization');
  assert.deepEqual(bus.calls[1]?.body, [bus.calls[0]?.body[4]]);
  late({ sender: ':1.2', body: [[true, false, {}]] });
  await settle();
  await assert.rejects(polkit.check(QUESTION, abandon.signal), /too late/, 'nothing is asked for nobody');
  assert.equal(bus.calls.length, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RemoteBus, RemoteError, type RemoteSignal, watchOwner } from './remote.js';

const DAEMON = 'org.freedesktop.DBus';

function signal(change: Partial<RemoteSignal> = {}): RemoteSignal {
  const body = ['org.example', '', ':1.9'];
  return {
    sender: DAEMON,
    path: '/',
    interface: DAEMON,
    member: 'NameOwnerChanged',
    signature: 'sss',
    body,
    ...change,
  };
}

function setUp(answer: () => Promise<string>) {
  const state = { listener: (_: RemoteSignal): void => {}, rule: '', ended: 0 };
  const bus: RemoteBus = {
    request: async () => ({ sender: DAEMON, body: [await answer()] }),
    onSignal: async (rule, listener) => {
      Object.assign(state, { rule, listener });
      return () => {
        state.ended++;
      };
    },
  };
  const owners: string[] = [];
  const watch = () => watchOwner(bus, 'org.example', (owner) => owners.push(owner));
  return { state, owners, watch };
}

test('the owner now, and at each change that the bus tells', async () => {
  const { state, owners, watch } = setUp(async () => ':1.4');
  const stop = await watch();
  assert.match(state.rule, /arg0='org\.example'/);
  state.listener(signal());
  state.listener(signal({ sender: ':1.66' }));
  state.listener(signal({ body: ['org.other', '', ':1.9'] }));
  state.listener(signal({ body: ['org.example', '', 7] }));
  state.listener(signal({ member: 'NameLost' }));
  state.listener(signal({ body: ['org.example', ':1.9', ''] }));
  assert.deepEqual(owners, [':1.4', ':1.9', '']);
  stop();
  assert.equal(state.ended, 1);
});

test('no owner is an answer, another error is none', async () => {
  const none = setUp(async () => {
    throw new RemoteError(`${DAEMON}.Error.NameHasNoOwner`, 'none');
  });
  await none.watch();
  assert.deepEqual(none.owners, ['']);
  const broken = setUp(async () => {
    throw new RemoteError(`${DAEMON}.Error.AccessDenied`, 'no');
  });
  await assert.rejects(broken.watch(), /no/);
  assert.equal(broken.state.ended, 1, 'the rule is taken back');
});

test('a change that comes before the answer is the newer one', async () => {
  const { state, owners, watch } = setUp(async () => {
    state.listener(signal({ body: ['org.example', ':1.4', ''] }));
    return ':1.4';
  });
  await watch();
  assert.deepEqual(owners, ['']);
});

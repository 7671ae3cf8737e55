import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceivedSignal, Request } from './message.js';
import { Peer } from './peer.js';

const DAEMON = 'org.freedesktop.DBus';
const NAME = 'org.example';

/** @param answer of GetNameOwner, "" for an error */
function setUp(answer: (tell: (owner: string) => void) => string) {
  const events: string[] = [];
  let deliver: (signal: ReceivedSignal) => void = () => {};
  const signal = (change: Partial<ReceivedSignal>): void =>
    deliver({ sender: '', path: '/', interface: NAME, member: 'News', signature: '', body: [], ...change });
  const changeOwner = (owner: string): void =>
    signal({ sender: DAEMON, member: 'NameOwnerChanged', signature: 'sss', body: [NAME, '', owner] });
  const bus = {
    onSignal: (listener: (signal: ReceivedSignal) => void): void => {
      deliver = listener;
    },
    request: async ({ member }: Request): Promise<readonly unknown[]> => {
      if (member !== 'GetNameOwner') return [];
      const owner = answer(changeOwner);
      if (owner === '') throw new Error('NameHasNoOwner');
      return [owner];
    },
  };
  const peer = new Peer(bus, NAME, {
    appeared: () => events.push('appeared'),
    vanished: () => events.push('vanished'),
    signal: ({ sender }) => events.push(sender),
  });
  return { peer, events, signal };
}

test('a change that comes before the answer is the newer one', async () => {
  const { peer, events, signal } = setUp((tell) => {
    tell(':1.9');
    return ':1.4';
  });
  await peer.begin();
  signal({ sender: ':1.4' });
  signal({ sender: ':1.9' });
  assert.deepEqual(events, ['appeared', ':1.9']);
});

test('the name is given up before the answer comes', async () => {
  const { peer, events, signal } = setUp((tell) => {
    tell('');
    return ':1.4';
  });
  await peer.begin();
  signal({ sender: ':1.4' });
  assert.deepEqual(events, []);
});

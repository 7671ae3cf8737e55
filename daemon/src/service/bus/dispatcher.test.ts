import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROPERTIES, type PropertyValues } from '../../generated/contract.js';
import { BackscrubError, type ErrorCode } from '../../shared/errors.js';
import { INTERFACE, OBJECT_PATH } from '../../shared/names.js';
import { Dispatcher } from './dispatcher.js';
import type { MethodReply } from './message.js';
import { PropertiesPublisher } from './properties-publisher.js';

const STANDARD = 'org.freedesktop.DBus';
const VALUES: PropertyValues = {
  State: 'idle',
  Mode: 'blur',
  Modes: ['blur'],
  Background: 'color:#000000',
  BlurStrength: 50,
  Effects: [],
  AvailableEffects: ['mirror'],
  CrossFade: 250,
  Model: 'm',
  OnDemand: true,
  Resolution: 'auto',
  FrameRate: 0,
  VirtualCamera: '',
  Camera: '',
  Consumers: 0,
  CameraInUse: false,
  LastError: ['', ''],
  Statistics: {},
  Version: '1',
};

function setUp(allowed = true) {
  const events: string[] = [];
  const done = (name: string) => async (): Promise<[]> => {
    events.push(name);
    return [];
  };
  let now = 7;
  const dispatcher = new Dispatcher(
    {
      arrive: () => now,
      methods: {
        Start: done('Start'),
        Stop: done('Stop'),
        SetMode: async (mode) => {
          events.push(`SetMode ${mode}`);
          return [];
        },
        SetBackground: done('SetBackground'),
        SetEffects: done('SetEffects'),
        ImportBackground: async (name, data, _options, { user }) => {
          events.push(`ImportBackground ${name} ${data.length} of ${user}`);
          return ['id'];
        },
        RemoveBackground: done('RemoveBackground'),
        ListBackgrounds: async ({ user, arrived }) => {
          events.push(`ListBackgrounds of ${user}, who called at ${arrived}`);
          return [[]];
        },
        GetThumbnail: async () => [Buffer.alloc(1)],
        ListModels: async () => [[{ name: { signature: 's', value: 'm' } }]],
        SetModel: done('SetModel'),
        ListCameras: async () => [[]],
        SetCamera: done('SetCamera'),
        Snapshot: async () => [Uint8Array.of(0xff, 0xd8)],
      },
      setters: {
        CrossFade: async (value) => {
          events.push(`CrossFade ${value}`);
        },
        BlurStrength: async (value) => {
          events.push(`BlurStrength ${value}`);
        },
        OnDemand: async (value, { user, arrived }) => {
          events.push(`OnDemand ${value} of ${user}, who called at ${arrived}`);
        },
        Resolution: async () => {},
        FrameRate: async () => {},
      },
      properties: () => VALUES,
    },
    {
      authorize: async ({ sender }, permission) => {
        events.push(`asked ${sender} ${permission}`);
        // Much may happen meanwhile.
        now++;
        if (!allowed) throw new BackscrubError('AccessDenied', 'no');
        return 1000;
      },
    },
    () => events.push('told'),
  );
  const call = (member: string, signature = '', body: unknown[] = [], name = INTERFACE, path = OBJECT_PATH) =>
    dispatcher.handle({
      sender: ':1.7',
      interactive: false,
      path,
      interface: name,
      member,
      signature,
      read: () => body,
    });
  return { dispatcher, events, call };
}

const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof BackscrubError && error.code === expected;

test('asked, done, told, answered', async () => {
  const { events, call } = setUp();
  assert.deepEqual(await call('SetMode', 's', ['mask']), { signature: '', body: [] });
  assert.deepEqual(events, ['asked :1.7 org.backscrub.control', 'SetMode mask', 'told']);
});

test('a setter learns who sets, as a method does', async () => {
  const { events, call } = setUp();
  const value = { signature: 'b', value: false };
  await call('Set', 'ssv', [INTERFACE, 'OnDemand', value], `${STANDARD}.Properties`);
  assert.equal(events[1], 'OnDemand false of 1000, who called at 7');
});

test('denied: nothing is done', async () => {
  const { events, call } = setUp(false);
  for (const member of ['Start', 'Stop']) await assert.rejects(call(member), code('AccessDenied'));
  await assert.rejects(call('SetMode', 's', ['mask']), code('AccessDenied'));
  const set = [
    'ssv',
    [INTERFACE, 'BlurStrength', { signature: 'u', value: 1 }],
    `${STANDARD}.Properties`,
  ] as const;
  await assert.rejects(call('Set', set[0], [...set[1]], set[2]), code('AccessDenied'));
  assert.ok(events.every((event) => event.startsWith('asked')));
  assert.equal(events.length, 4);
});

test('reading is free', async () => {
  const { events, call } = setUp(false);
  const reply = await call('Get', 'ss', [INTERFACE, 'Mode'], `${STANDARD}.Properties`);
  assert.deepEqual(reply, { signature: 'v', body: [{ signature: 's', value: 'blur' }] });
  const all = (await call('GetAll', 's', [INTERFACE], `${STANDARD}.Properties`)).body[0];
  assert.deepEqual(Object.keys(all as object), Object.keys(PROPERTIES));
  assert.deepEqual(events, []);
});

test('wrong signatures are refused before anybody is asked', async () => {
  const { events, call } = setUp();
  await assert.rejects(call('SetMode', 'i', [1]), code('InvalidArgs'));
  await assert.rejects(call('SetMode'), code('InvalidArgs'));
  await assert.rejects(call('Start', 's', ['x']), code('InvalidArgs'));
  await assert.rejects(call('Get', 's', ['x'], `${STANDARD}.Properties`), code('InvalidArgs'));
  await assert.rejects(call('Ping', 's', ['x'], `${STANDARD}.Peer`), code('InvalidArgs'));
  assert.deepEqual(events, []);
});

test('who is not there', async () => {
  const { call } = setUp();
  const properties = `${STANDARD}.Properties`;
  await assert.rejects(call('Nothing'), code('UnknownMethod'));
  await assert.rejects(call('toString'), code('UnknownMethod'));
  await assert.rejects(call('Start', '', [], 'org.example'), code('UnknownInterface'));
  await assert.rejects(call('Start', '', [], 'constructor'), code('UnknownInterface'));
  await assert.rejects(call('Start', '', [], INTERFACE, '/org/other'), code('UnknownObject'));
  await assert.rejects(call('Get', 'ss', [INTERFACE, 'Nothing'], properties), code('UnknownProperty'));
  await assert.rejects(call('Get', 'ss', [INTERFACE, '__proto__'], properties), code('UnknownProperty'));
  await assert.rejects(call('Get', 'ss', ['org.example', 'Mode'], properties), code('UnknownInterface'));
  await assert.rejects(call('GetAll', 's', ['org.example'], properties), code('UnknownInterface'));
});

test('read-only properties and values of the wrong type are refused before anybody is asked', async () => {
  const { events, call } = setUp();
  const set = (name: string, signature: string, value: unknown): Promise<MethodReply> =>
    call('Set', 'ssv', [INTERFACE, name, { signature, value }], `${STANDARD}.Properties`);
  for (const [name, { access, signature }] of Object.entries(PROPERTIES)) {
    if (access === 'read') await assert.rejects(set(name, signature, 'x'), code('PropertyReadOnly'), name);
  }
  await assert.rejects(set('BlurStrength', 'i', 1), code('InvalidArgs'));
  assert.deepEqual(events, []);
  await set('BlurStrength', 'u', 1);
  assert.deepEqual(events, ['asked :1.7 org.backscrub.control', 'BlurStrength 1', 'told']);
});

test('arguments are read when their type is right, and before anybody is asked', async () => {
  const { dispatcher, events } = setUp();
  const call = {
    sender: ':1.7',
    interactive: false,
    path: OBJECT_PATH,
    interface: INTERFACE,
    member: 'ImportBackground',
    signature: 'saya{sv}',
  };
  const { body } = await dispatcher.handle({ ...call, read: () => ['sea', Buffer.alloc(70_000), {}] });
  assert.deepEqual(body, ['id']);
  assert.deepEqual(events, [
    'asked :1.7 org.backscrub.manage-backgrounds',
    'ImportBackground sea 70000 of 1000',
    'told',
  ]);
  const read = () => {
    throw new BackscrubError('LimitsExceeded', 'too many');
  };
  await assert.rejects(dispatcher.handle({ ...call, read }), code('LimitsExceeded'));
  for (const change of [{ signature: 'av' }, { member: 'Nothing' }, { path: '/' }, { interface: 'org.x' }]) {
    const other = { ...call, ...change };
    assert.equal(dispatcher.takes(other), false);
    await assert.rejects(dispatcher.handle({ ...other, read: () => assert.fail('read') }), BackscrubError);
  }
  assert.equal(dispatcher.takes(call), true);
  assert.equal(events.length, 3);
});

test('a call without an interface means the first one that has the member', async () => {
  const { events, call } = setUp();
  await call('Start', '', [], '');
  await call('Ping', '', [], '');
  assert.equal(events.filter((event) => event === 'Start').length, 1);
});

test('introspection leads from the root to the object', async () => {
  const { call } = setUp();
  const xml = async (path: string) =>
    String((await call('Introspect', '', [], `${STANDARD}.Introspectable`, path)).body[0]);
  assert.match(await xml('/'), /<node name="org"\/>/);
  assert.match(await xml('/org'), /<node name="backscrub"\/>/);
  assert.match(await xml(OBJECT_PATH), /<interface name="org.backscrub">/);
  await assert.rejects(xml('/org/back'), code('UnknownObject'));
});

test('changes go out together, and only those', () => {
  const signals: unknown[] = [];
  let values = VALUES;
  const publisher = new PropertiesPublisher(
    () => values,
    (signal) => signals.push(signal.body),
  );
  publisher.flush();
  values = {
    ...VALUES,
    State: 'running',
    CameraInUse: true,
    Statistics: { frames: { signature: 't', value: 1n } },
  };
  publisher.flush();
  publisher.flush();
  const changed = {
    State: { signature: 's', value: 'running' },
    CameraInUse: { signature: 'b', value: true },
  };
  assert.deepEqual(signals, [[INTERFACE, changed, []]]);
});

import { once } from 'node:events';
import { Message, type MessageBus, MessageType, sessionBus, Variant } from 'dbus-next';
import { METHODS, PROPERTIES, type PropertyName, type PropertyValues } from '../../generated/contract.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '../../shared/names.js';
import { isPropertyName } from '../values.js';

const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';

export const SAMPLE: PropertyValues = {
  State: 'running',
  Mode: 'replace',
  Modes: ['passthrough', 'blur', 'replace', 'mask'],
  Background: 'color:#204a87',
  BlurStrength: 50,
  Effects: ['mirror'],
  AvailableEffects: ['hologram', 'mirror', 'of-a-newer-service'],
  CrossFade: 250,
  Model: 'selfie_segmentation',
  OnDemand: true,
  Resolution: 'auto',
  FrameRate: 0,
  VirtualCamera: '/dev/video10',
  Camera: 'usb-0000:00:14.0-3',
  Consumers: 1,
  CameraInUse: true,
  LastError: ['', ''],
  Statistics: {
    'on-demand': new Variant('b', true),
    'engine-starts': new Variant('u', 3),
    'engine-failures': new Variant('u', 1),
    frames: new Variant('t', 300n),
    dropped: new Variant('t', 2n),
    'reused-mattes': new Variant('t', 0n),
    'frames-per-second': new Variant('d', 29.97),
    'execution-provider': new Variant('s', 'cpu'),
    stages: new Variant('a{sa{sd}}', {
      capture: { 'wall-median': 0.31, 'wall-p99': 0.9, 'cpu-median': 0.3, 'cpu-p99': 0.8 },
      inference: { 'wall-median': 4.02, 'wall-p99': 6.5, 'cpu-median': 7.9, 'cpu-p99': 9.25 },
      frame: { 'wall-median': 6.1, 'wall-p99': 9.75, 'cpu-median': 10.5, 'cpu-p99': 12.125 },
    }),
  },
  Version: '0.1.0',
};

const sampleModel = (name: string, title: string, source: string, problem: string) => ({
  name: new Variant('s', name),
  title: new Variant('s', title),
  licence: new Variant('s', 'Apache-2.0'),
  source: new Variant('s', source),
  usable: new Variant('b', problem === ''),
  problem: new Variant('s', problem),
  width: new Variant('u', 256),
  height: new Variant('u', 144),
  output: new Variant('s', 'probability'),
  crop: new Variant('s', 'follow'),
});

export const SAMPLE_MODELS = [
  sampleModel('selfie_segmentation', 'The default', 'built-in', ''),
  sampleModel('mine', 'My own', 'user', 'It has no manifest.'),
];

export const SAMPLE_ID = '0123456789abcdef0123456789abcdef';

const sampleBackground = (id: string, name: string, kind: string, builtin: boolean) => ({
  id: new Variant('s', id),
  name: new Variant('s', name),
  kind: new Variant('s', kind),
  builtin: new Variant('b', builtin),
  animated: new Variant('b', kind !== 'still'),
  width: new Variant('u', builtin ? 0 : 1280),
  height: new Variant('u', builtin ? 0 : 720),
  frames: new Variant('u', kind === 'still' ? 1 : 60),
  duration: new Variant('d', kind === 'still' ? 0 : 2),
  bytes: new Variant('t', builtin ? 0n : 1_500_000n),
});

export const SAMPLE_BACKGROUNDS = [
  sampleBackground('builtin:shelf', 'Shelf', 'still', true),
  sampleBackground(SAMPLE_ID, 'Waves', 'video', false),
  {
    ...sampleBackground('f'.repeat(32), 'Old', 'still', false),
    problem: new Variant('s', 'It is damaged.'),
  },
];

const sampleCamera = (id: string, name: string, path: string, problem: string) => ({
  id: new Variant('s', id),
  name: new Variant('s', name),
  path: new Variant('s', path),
  present: new Variant('b', path !== ''),
  chosen: new Variant('b', path === ''),
  'in-use': new Variant('b', id === 'usb-1'),
  usable: new Variant('b', problem === ''),
  problem: new Variant('s', problem),
  sizes: new Variant('as', problem === '' ? ['1280x720', '640x480'] : []),
});

export const SAMPLE_CAMERAS = [
  sampleCamera('usb-1', 'Acme', '/dev/video0', ''),
  sampleCamera('usb-2', 'Twin', '/dev/video2', ''),
  sampleCamera('usb-3', 'twin', '/dev/video4', ''),
  sampleCamera('usb-9', 'usb-9', '', 'It is not there.'),
];

export const SAMPLE_JPEG = Buffer.from([0xff, 0xd8, 0, 1, 2, 0xff, 0xd9]);

/** Answers a call: undefined = done, a pair = that error, 'never' = no answer at all, 'die' = leaves the bus. */
export type Behaviour = (
  member: string,
  args: readonly unknown[],
) => readonly [string, string] | 'never' | 'die' | undefined;

/** A service that only remembers what it was told. */
export class FakeService {
  readonly calls: [string, readonly unknown[]][] = [];
  /** Unique name of the last caller. */
  caller = '';
  behaviour: Behaviour = () => undefined;
  values: PropertyValues = SAMPLE;

  private constructor(readonly bus: MessageBus) {}

  static async start(address: string): Promise<FakeService> {
    const bus = await joinBus(address);
    const service = new FakeService(bus);
    bus.addMethodHandler((message: Message) => service.#handle(message));
    await bus.requestName(BUS_NAME, 4);
    return service;
  }

  change(values: Partial<PropertyValues>): void {
    this.values = { ...this.values, ...values };
    this.bus.send(propertiesChanged(values));
  }

  stop(): void {
    this.bus.disconnect();
  }

  #handle(message: Message): boolean {
    if (message.path !== OBJECT_PATH) return false;
    this.caller = message.sender;
    this.calls.push([message.member, message.body]);
    const outcome = this.behaviour(message.member, message.body);
    if (outcome === 'never') return true;
    if (outcome === 'die') this.stop();
    else if (outcome !== undefined) {
      this.bus.send(Message.newError(message as unknown as string, ...outcome));
    } else this.bus.send(this.#answer(message));
    return true;
  }

  #answer(message: Message): Message {
    if (message.member === 'GetAll') {
      return Message.newMethodReturn(message, 'a{sv}', [variants(this.values)]);
    }
    if (message.member === 'Set') {
      this.values = { ...this.values, [String(message.body[1])]: (message.body[2] as Variant).value };
    } else if (message.interface === INTERFACE && Object.hasOwn(METHODS, message.member)) {
      if (message.member === 'SetMode') this.values = { ...this.values, Mode: String(message.body[0]) };
      if (message.member === 'SetBackground')
        this.values = { ...this.values, Background: String(message.body[0]) };
      if (message.member === 'SetEffects')
        this.values = { ...this.values, Effects: message.body[0] as string[] };
      if (message.member === 'SetModel') this.values = { ...this.values, Model: String(message.body[0]) };
      if (message.member === 'ListModels') return Message.newMethodReturn(message, 'aa{sv}', [SAMPLE_MODELS]);
      if (message.member === 'ListBackgrounds')
        return Message.newMethodReturn(message, 'aa{sv}', [SAMPLE_BACKGROUNDS]);
      if (message.member === 'ImportBackground') return Message.newMethodReturn(message, 's', [SAMPLE_ID]);
      if (message.member === 'GetThumbnail')
        return Message.newMethodReturn(message, 'ay', [Buffer.from('a picture')]);
      if (message.member === 'SetCamera') this.values = { ...this.values, Camera: String(message.body[0]) };
      if (message.member === 'ListCameras')
        return Message.newMethodReturn(message, 'aa{sv}', [SAMPLE_CAMERAS]);
      if (message.member === 'Snapshot') return Message.newMethodReturn(message, 'ay', [SAMPLE_JPEG]);
      if (message.member === 'Stop') this.values = { ...this.values, State: 'stopped' };
    }
    return Message.newMethodReturn(message);
  }
}

/** Connects and waits until the bus has said our name. */
export async function joinBus(address: string): Promise<MessageBus> {
  const bus = sessionBus({ busAddress: address });
  await once(bus, 'connect');
  return bus;
}

/** @param destination a unique name: the signal goes to that one only, whatever it listens to */
export function propertiesChanged(values: Partial<PropertyValues>, destination?: string): Message {
  return new Message({
    type: MessageType.SIGNAL,
    path: OBJECT_PATH,
    interface: PROPERTIES_INTERFACE,
    member: 'PropertiesChanged',
    signature: 'sa{sv}as',
    body: [INTERFACE, variants(values), []],
    ...(destination === undefined ? {} : { destination }),
  });
}

function variants(values: Partial<PropertyValues>): Record<string, Variant> {
  const wrap = (name: PropertyName, value: unknown) =>
    [name, new Variant(PROPERTIES[name].signature, value)] as const;
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (isPropertyName(name) ? [wrap(name, value)] : [])),
  );
}

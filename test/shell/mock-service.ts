/**
 * org.backscrub as the contract has it, without a camera: remembers what it is asked, changes its properties, and can be
 * told to fail, to be older, to go away.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Message, type MessageBus, Variant } from 'dbus-next';
import sharp from 'sharp';
import { ROOT } from '../support/private-bus.js';

const NAME = 'org.backscrub';
const PATH = '/org/backscrub';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

const SIGNATURES = {
  State: 's',
  Mode: 's',
  Modes: 'as',
  Background: 's',
  BlurStrength: 'u',
  Effects: 'as',
  AvailableEffects: 'as',
  Camera: 's',
  Model: 's',
  VirtualCamera: 's',
  Consumers: 'u',
  CameraInUse: 'b',
  LastError: '(ss)',
  OnDemand: 'b',
  Resolution: 's',
  FrameRate: 'u',
  CrossFade: 'u',
  Version: 's',
} as const;
type Property = keyof typeof SIGNATURES;
type Values = Record<Property, unknown>;

const INITIAL: Values = {
  State: 'idle',
  Mode: 'blur',
  Modes: ['passthrough', 'blur', 'replace', 'mask'],
  Background: 'scene-00',
  BlurStrength: 50,
  Effects: [],
  AvailableEffects: [
    'mirror',
    'flip',
    'hologram',
    'brighten',
    'desaturate-background',
    'grayscale',
    'vignette',
  ],
  Camera: '',
  Model: 'selfie_segmentation',
  VirtualCamera: '/dev/video10',
  Consumers: 0,
  CameraInUse: false,
  LastError: ['', ''],
  OnDemand: true,
  Resolution: 'auto',
  FrameRate: 0,
  CrossFade: 300,
  Version: '0.2.0',
};

/** Members of the first version, for a service that is older than the extension. */
const FIRST_METHODS = ['Start', 'Stop', 'SetMode', 'SetBackground', 'ListModels', 'SetModel'];
const LATER_PROPERTIES: readonly Property[] = [
  'Effects',
  'AvailableEffects',
  'OnDemand',
  'Resolution',
  'FrameRate',
  'CrossFade',
];

const NAMES = [
  'Bookshelf',
  'Beach',
  'Office',
  'Mountains',
  'Library',
  'Loft',
  'Garden',
  'Night City',
  'Studio',
];

export interface Call {
  readonly member: string;
  readonly body: readonly unknown[];
}

export class MockService {
  readonly calls: Call[] = [];
  /** What every method, or this one, answers with until it is undefined again: error name and text. */
  refusal: { readonly name: string; readonly text: string; readonly member?: string } | undefined;
  /** How long a method takes, in milliseconds. */
  delay = 0;
  #values: Values = { ...INITIAL };
  #backgrounds = 9;
  #old = false;
  readonly #imported: string[] = [];
  readonly #removed = new Set<string>();

  constructor(private readonly bus: MessageBus) {
    bus.addMethodHandler((message: Message) => this.#handle(message));
  }

  /** As if somebody had imported it. */
  add(name: string): void {
    this.#imported.push(name);
  }

  async appear(parts: { old?: boolean; backgrounds?: number; values?: Partial<Values> } = {}): Promise<void> {
    this.#old = parts.old ?? false;
    this.#backgrounds = parts.backgrounds ?? 9;
    this.#values = { ...INITIAL, ...parts.values };
    this.calls.length = 0;
    this.refusal = undefined;
    await this.bus.requestName(NAME, 0);
  }

  async vanish(): Promise<void> {
    await this.bus.releaseName(NAME);
  }

  get(property: Property): unknown {
    return this.#values[property];
  }

  set(values: Partial<Values>): void {
    Object.assign(this.#values, values);
    const changed = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, new Variant(SIGNATURES[key as Property], value)]),
    );
    this.bus.send(Message.newSignal(PATH, PROPERTIES, 'PropertiesChanged', 'sa{sv}as', [NAME, changed, []]));
  }

  #handle(message: Message): boolean {
    if (message.path !== PATH) return false;
    if (message.interface === 'org.freedesktop.DBus.Introspectable') {
      this.#reply(message, 's', this.#xml());
      return true;
    }
    if (message.interface === PROPERTIES && message.member !== 'Set') {
      this.#reply(message, 'a{sv}', this.#all());
      return true;
    }
    const member = message.member ?? '';
    if (!['ListBackgrounds', 'ListCameras', 'ListModels', 'GetThumbnail', 'Snapshot'].includes(member))
      this.calls.push({ member, body: (message.body as unknown[]).map(plain) });
    setTimeout(() => void this.#answer(message), this.delay);
    return true;
  }

  #xml(): string {
    const xml = readFileSync(join(ROOT, 'dbus/org.backscrub.xml'), 'utf8').replace(/<!--[\s\S]*?-->/g, '');
    if (!this.#old) return xml;
    return xml.replace(/<method name="(\w+)">[\s\S]*?<\/method>/g, (text, name: string) =>
      FIRST_METHODS.includes(name) ? text : '',
    );
  }

  #all(): Record<string, Variant> {
    return Object.fromEntries(
      (Object.keys(SIGNATURES) as Property[])
        .filter((key) => !this.#old || !LATER_PROPERTIES.includes(key))
        .map((key) => [key, new Variant(SIGNATURES[key], this.#values[key])]),
    );
  }

  #reply(message: Message, signature: string, ...body: unknown[]): void {
    this.bus.send(Message.newMethodReturn(message, signature, body));
  }

  async #answer(message: Message): Promise<void> {
    const member = message.member ?? '';
    const [first, second] = message.body as unknown[];
    const known = !this.#old || FIRST_METHODS.includes(member) || member === 'Set';
    const refusal = known
      ? this.#refusalOf(member)
      : { name: 'org.freedesktop.DBus.Error.UnknownMethod', text: `no ${member}` };
    if (refusal !== undefined) {
      // The declared type of newError is wrong: it takes the message.
      this.bus.send(Message.newError(message as unknown as string, refusal.name, refusal.text));
      return;
    }
    if (member === 'GetThumbnail') {
      this.#reply(message, 'ay', await picture(String(first), Number(second), 'png'));
      return;
    }
    if (member === 'Snapshot') {
      this.#reply(message, 'ay', await picture(String(this.#values.Background), 640, 'jpeg'));
      return;
    }
    if (member === 'ImportBackground') {
      this.#imported.push(String(first));
      this.#reply(message, 's', `imported-${this.#imported.length - 1}`);
      return;
    }
    if (member === 'ListModels') this.#reply(message, 'aa{sv}', MODELS);
    else if (member === 'ListBackgrounds') this.#reply(message, 'aa{sv}', this.#rows());
    else if (member === 'ListCameras') this.#reply(message, 'aa{sv}', this.#cameras());
    else {
      this.#change(member, message.body as unknown[]);
      this.#reply(message, '');
    }
  }

  #refusalOf(member: string): MockService['refusal'] {
    return (this.refusal?.member ?? member) === member ? this.refusal : undefined;
  }

  #change(member: string, [first, second, third]: unknown[]): void {
    if (member === 'Start') this.set({ State: 'idle', LastError: ['', ''] });
    else if (member === 'Stop') this.set({ State: 'stopped', CameraInUse: false });
    else if (member === 'SetMode') this.set({ Mode: first });
    else if (member === 'SetBackground') this.set({ Background: first });
    else if (member === 'SetEffects') this.set({ Effects: first });
    else if (member === 'RemoveBackground') this.#removed.add(String(first));
    else if (member === 'SetModel') this.set({ Model: first });
    else if (member === 'SetCamera') this.set({ Camera: first });
    else if (member === 'Set' && first === NAME)
      this.set({ [second as Property]: (third as Variant).value } as Partial<Values>);
  }

  /** As the service has it: an automatic choice is no camera's, whatever property Camera says. */
  #cameras(): Record<string, Variant>[] {
    return CAMERAS.map(([id, name]) => ({
      id: new Variant('s', id),
      name: new Variant('s', name),
      chosen: new Variant('b', id === this.#values.Camera),
      problem: new Variant('s', ''),
    }));
  }

  #rows(): Record<string, Variant>[] {
    const builtIn = Array.from({ length: this.#backgrounds }, (_, index) => ({
      id: new Variant('s', `scene-${String(index).padStart(2, '0')}`),
      name: new Variant('s', `${NAMES[index % NAMES.length]}${index < NAMES.length ? '' : ` ${index}`}`),
      kind: new Variant('s', index === 3 ? 'animated' : 'still'),
      builtin: new Variant('b', true),
      animated: new Variant('b', index === 3),
    }));
    const imported = this.#imported.map((name, index) => ({
      id: new Variant('s', `imported-${index}`),
      name: new Variant('s', name),
      kind: new Variant('s', 'still'),
      builtin: new Variant('b', false),
      animated: new Variant('b', false),
    }));
    return [...builtIn, ...imported].filter(({ id }) => !this.#removed.has(id.value as string));
  }
}

const MODELS = [
  ['selfie_segmentation', 'Selfie segmentation', 256, 256],
  ['selfie_segmentation_landscape', 'Selfie segmentation, landscape', 256, 144],
].map(([name, title, width, height]) => ({
  name: new Variant('s', name),
  title: new Variant('s', title),
  usable: new Variant('b', true),
  width: new Variant('u', width),
  height: new Variant('u', height),
}));

const CAMERAS = [
  ['usb-1', 'Integrated Camera'],
  ['usb-2', 'Desk Camera'],
] as const;

function plain(value: unknown): unknown {
  return value instanceof Variant ? value.value : value;
}

/** A landscape that differs for each background. */
async function picture(background: string, width: number, format: 'png' | 'jpeg'): Promise<Buffer> {
  const hue = ([...background].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) * 47) % 360;
  const height = Math.round((width * 9) / 16);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="${width}" height="${height}">
    <rect width="160" height="90" fill="hsl(${hue},60%,72%)"/>
    <circle cx="${30 + (hue % 100)}" cy="26" r="12" fill="hsl(50,90%,85%)"/>
    <path d="M0 70 L40 ${30 + (hue % 20)} L80 66 L120 ${36 + (hue % 15)} L160 72 V90 H0 Z" fill="hsl(${hue},45%,42%)"/>
    <path d="M0 80 Q80 62 160 82 V90 H0 Z" fill="hsl(${hue},50%,24%)"/></svg>`;
  return await sharp(Buffer.from(svg)).toFormat(format).toBuffer();
}

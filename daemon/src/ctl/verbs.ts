/**
 * What backscrubctl understands, as data. Parsing (arguments.ts), help (help.ts) and shell completions (completion.ts)
 * all come from this table; verbs.test.ts holds the manual page against it.
 */
import { DEFAULT_BLUR_STRENGTH, DEFAULT_MODE, DEFAULT_MODEL, EFFECTS, MODES } from '../shared/names.js';
import { CAMERA_VERBS } from './verbs-camera.js';

/** What a value may be; decides what the shell offers and how arguments.ts checks it. */
export type ValueKind =
  | 'action'
  | 'address'
  | 'background'
  | 'effect'
  | 'effects'
  | 'camera'
  | 'file'
  | 'mode'
  | 'model'
  | 'percent'
  | 'point'
  | 'shell'
  | 'size'
  | 'text'
  | 'pixels'
  | 'rate'
  | 'resolution'
  | 'shell'
  | 'switch'
  | 'verb';

export interface ArgumentSpec {
  readonly name: string;
  readonly kind: ValueKind;
  readonly optional?: boolean;
  /** One or more of it; only as the last one. */
  readonly repeated?: boolean;
}

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** Absent for a switch. */
  readonly value?: ArgumentSpec;
  readonly summary: string;
}

/** What a verb can do, where it can do several things: its first argument. */
export interface ActionSpec {
  readonly name: string;
  readonly argument?: ArgumentSpec;
  /** What follows the argument. */
  readonly second?: ArgumentSpec;
  /** One line, without a full stop. */
  readonly summary: string;
}

export interface VerbSpec {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Paragraphs; an array inside is a list of lines that are kept as they are. */
  readonly description: readonly string[];
  readonly arguments: readonly ArgumentSpec[];
  /** The first argument is one of these; the second one is as it says. */
  readonly actions?: readonly ActionSpec[];
  /** What the first argument is if it is not an action; then it is the only one. */
  readonly otherwise?: ArgumentSpec;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  readonly hidden?: boolean;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: 'json', short: 'j', summary: 'Print JSON, for programs' },
  {
    name: 'bus',
    value: { name: 'ADDRESS', kind: 'address' },
    summary: 'Use the message bus at this D-Bus address instead of the system bus',
  },
  { name: 'help', short: 'h', summary: 'Show help, also for one verb, and exit' },
  { name: 'version', short: 'V', summary: 'Show the version and exit' },
];

const MODE_MEANINGS =
  'Modes: blur (the room is blurred), replace (the background is put behind you), mask (the matte itself: you are white, ' +
  'the rest is black) and passthrough (the room is shown as it is).';

export const VERBS: readonly VerbSpec[] = [
  {
    name: 'status',
    summary: 'Show what the service is doing',
    description: [
      'Shows the state with a short explanation, the mode, the background, the effects, the cameras, whether somebody watches, and the ' +
        'last error with what to do about it.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl status', 'backscrubctl status --json'],
  },
  {
    name: 'start',
    summary: 'Enable the virtual camera',
    description: [
      'The real camera stays closed until an application reads the virtual one. After a failure, start tries again at once.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl start'],
  },
  {
    name: 'stop',
    summary: 'Disable the virtual camera and close the real one',
    description: ['Applications keep the virtual camera and see a placeholder card.'],
    arguments: [],
    options: [],
    examples: ['backscrubctl stop'],
  },
  {
    name: 'mode',
    summary: 'Show or choose what happens to the room behind you',
    description: ['Without MODE, shows the mode.', MODE_MEANINGS],
    arguments: [{ name: 'MODE', kind: 'mode', optional: true }],
    options: [],
    examples: ['backscrubctl mode', 'backscrubctl mode replace'],
  },
  {
    name: 'background',
    summary: 'Show or choose what mode "replace" puts behind you, add your own',
    description: [
      'Without an argument, shows the background. BACKGROUND is an ID of the list, color:#rrggbb for a plain colour, or ' +
        'gradient:#rrggbb-#rrggbb, with @DEGREES its direction. Anything else is the file of an image, animation or video; a ' +
        'relative path is made absolute. The service opens that file with its own rights, not with yours, and cannot look into ' +
        'home directories.',
      'add reads the file with your rights and gives a copy to the service, which keeps it: JPEG, PNG, WebP, AVIF, TIFF, ' +
        'animated GIF, WebP and PNG, MP4, WebM and MKV, at most 16 MiB.',
    ],
    arguments: [{ name: 'BACKGROUND|ACTION...', kind: 'background', optional: true }],
    otherwise: { name: 'BACKGROUND', kind: 'background' },
    actions: [
      { name: 'list', summary: 'List the backgrounds, built-in ones and your own' },
      {
        name: 'use',
        argument: { name: 'ID', kind: 'background' },
        summary: 'Choose a background; BACKGROUND alone does the same',
      },
      {
        name: 'show',
        argument: { name: 'ID', kind: 'text' },
        summary: 'Show what is known about a background',
      },
      {
        name: 'add',
        argument: { name: 'FILE', kind: 'file' },
        summary: 'Give a file to the service; prints its ID',
      },
      {
        name: 'remove',
        argument: { name: 'ID', kind: 'text' },
        summary: 'Have the service delete a background that was added',
      },
      {
        name: 'thumbnail',
        argument: { name: 'ID', kind: 'background' },
        second: { name: 'FILE', kind: 'file' },
        summary: 'Write a small picture of a background as PNG',
      },
    ],
    options: [
      {
        name: 'name',
        value: { name: 'NAME', kind: 'text' },
        summary: 'With add: what to call it; without it the name of the file',
      },
      {
        name: 'focus',
        value: { name: 'X,Y', kind: 'point' },
        summary:
          'With add: what stays visible when it is cropped, from 0,0 (left, top) to 1,1; without it 0.5,0.5',
      },
      {
        name: 'size',
        value: { name: 'WIDTH', kind: 'size' },
        summary: 'With thumbnail: pixels, 16 to 1024; without it 320',
      },
    ],
    examples: [
      "backscrubctl background 'color:#204a87'",
      'backscrubctl background list',
      'backscrubctl background add ~/Pictures/beach.jpg --focus 0.3,0.5',
    ],
  },
  {
    name: 'blur',
    summary: 'Show or choose how much mode "blur" blurs',
    description: [
      'Without STRENGTH, shows it. 0 blurs hardly; at 100 nothing in the room can be recognised.',
    ],
    arguments: [{ name: 'STRENGTH', kind: 'percent', optional: true }],
    options: [],
    examples: ['backscrubctl blur', 'backscrubctl blur 80'],
  },
  {
    name: 'effects',
    summary: 'Show or choose effects, such as hologram or mirror',
    description: [
      'Without ACTION, lists the effects with those marked that are at work. They are applied in the order in which they were ' +
        'named. mirror and flip turn the picture of the camera, never the background.',
    ],
    arguments: [
      { name: 'ACTION', kind: 'action', optional: true },
      { name: 'NAME', kind: 'effect', optional: true, repeated: true },
    ],
    actions: [
      {
        name: 'set',
        argument: { name: 'NAME', kind: 'effect', repeated: true },
        summary: 'Use these effects and no others',
      },
      {
        name: 'add',
        argument: { name: 'NAME', kind: 'effect' },
        summary: 'Use this effect too, after the others',
      },
      { name: 'remove', argument: { name: 'NAME', kind: 'effect' }, summary: 'Do without this effect' },
      { name: 'none', summary: 'Switch all effects off' },
    ],
    options: [],
    examples: [
      'backscrubctl effects',
      'backscrubctl effects set mirror vignette',
      'backscrubctl effects none',
    ],
  },
  {
    name: 'model',
    summary: 'Show or choose the model that finds the person, add one',
    description: [
      'Without ACTION, shows the model. A model is a .tflite or .onnx file; NAME is one of the list. A file that is not known ' +
        'needs a JSON manifest of the same name beside it, see docs/models.md.',
      'add and check need no service. add copies the file into the folder of the service, which only root can write.',
    ],
    arguments: [
      { name: 'ACTION', kind: 'action', optional: true },
      { name: 'MODEL', kind: 'model', optional: true },
    ],
    actions: [
      { name: 'list', summary: 'List the models that are installed' },
      {
        name: 'use',
        argument: { name: 'NAME', kind: 'model' },
        summary: 'Choose a model; a running picture goes on while it is loaded',
      },
      {
        name: 'show',
        argument: { name: 'NAME', kind: 'model' },
        summary: 'Show what is known about a model',
      },
      {
        name: 'add',
        argument: { name: 'FILE', kind: 'file' },
        summary: "Check a file and copy it into the service's folder",
      },
      {
        name: 'check',
        argument: { name: 'FILE', kind: 'file' },
        summary: 'Convert a file, run it once, and show its shapes, cost and operators',
      },
    ],
    options: [
      {
        name: 'name',
        value: { name: 'NAME', kind: 'model' },
        summary: 'With add: the name of the new model',
      },
      {
        name: 'manifest',
        value: { name: 'FILE', kind: 'file' },
        summary: 'With add and check: the JSON manifest, if it does not lie beside the file',
      },
      { name: 'replace', summary: 'With add: replace a model of the same name' },
    ],
    examples: [
      'backscrubctl model list',
      'backscrubctl model use selfie_segmentation_landscape',
      'backscrubctl model check ./mine.onnx',
    ],
  },
  ...CAMERA_VERBS,
  {
    name: 'stats',
    summary: 'Show what a frame costs, stage by stage',
    description: [
      'Shows milliseconds of wall and of processor time for each stage of a frame, over the last window of frames, as ' +
        'median and 99th percentile. There are figures only while an application watches.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl stats', 'backscrubctl stats --json'],
  },
  {
    name: 'monitor',
    summary: 'Print changes as they happen, until interrupted',
    description: [
      'Prints all properties once, then one line for each that changes. It goes on when the service restarts. With --json ' +
        'each line is one JSON object.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl monitor', 'backscrubctl monitor --json | jq .property'],
  },
  {
    name: 'process',
    summary: 'Process a video or picture file, without the service',
    description: [
      'Reads INPUT, puts something else behind the person, writes OUTPUT. Y4M is read and written directly; other videos ' +
        'need ffmpeg. The ending of OUTPUT chooses its format. When it fails or is interrupted, OUTPUT is not written.',
      MODE_MEANINGS,
    ],
    arguments: [
      { name: 'INPUT', kind: 'file' },
      { name: 'OUTPUT', kind: 'file' },
    ],
    options: [
      {
        name: 'mode',
        short: 'm',
        value: { name: 'MODE', kind: 'mode' },
        summary: `${MODES.join(', ')}; without it ${DEFAULT_MODE}, or replace when a background is given`,
      },
      {
        name: 'background',
        short: 'b',
        value: { name: 'BACKGROUND', kind: 'background' },
        summary:
          'color:#rrggbb, gradient:#rrggbb-#rrggbb, builtin:NAME, or an image or video file, for mode replace',
      },
      {
        name: 'blur',
        value: { name: 'STRENGTH', kind: 'percent' },
        summary: `0 to 100, for mode blur; without it ${DEFAULT_BLUR_STRENGTH}`,
      },
      {
        name: 'model',
        value: { name: 'MODEL', kind: 'model' },
        summary: `The segmentation model, a name or a file; without it ${DEFAULT_MODEL}`,
      },
      {
        name: 'effects',
        value: { name: 'NAMES', kind: 'effects' },
        summary: `Effects, separated by commas: ${EFFECTS.join(', ')}`,
      },
      { name: 'force', short: 'f', summary: 'Overwrite OUTPUT if it exists' },
    ],
    examples: [
      'backscrubctl process call.mp4 blurred.mp4',
      'backscrubctl process --background beach.jpg call.mp4 beach.mp4',
    ],
  },
  {
    name: 'doctor',
    summary: 'Find out why it does not work, and what to do',
    description: [
      'Looks at the kernel module, the cameras and who uses them, the service, your rights, what PipeWire shows, and what a frame ' +
        'costs on this machine. Everything that is wrong comes with its remedy. The exit status is 1 when there is a problem.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl doctor', 'backscrubctl doctor --json | jq .findings'],
  },
  {
    name: 'help',
    summary: 'Show help, also for one verb',
    description: [],
    arguments: [{ name: 'VERB', kind: 'verb', optional: true }],
    options: [],
    examples: ['backscrubctl help process'],
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell',
    description: ['Packages install these scripts; this verb is for building them.'],
    arguments: [{ name: 'SHELL', kind: 'shell' }],
    options: [],
    examples: ['backscrubctl completion bash'],
    hidden: true,
  },
];

export const EXIT_STATUSES: readonly (readonly [number, string])[] = [
  [0, 'Done'],
  [1, 'Failed; the message says why'],
  [2, 'The command line was wrong'],
  [3, 'The service could not be reached'],
  [130, 'Interrupted'],
];

export function findVerb(name: string): VerbSpec | undefined {
  return VERBS.find((verb) => verb.name === name);
}

/** `--bus ADDRESS` or `-j, --json`. */
export function optionSyntax(option: OptionSpec): string {
  const long = option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value.name}`;
  return option.short === undefined ? long : `-${option.short}, ${long}`;
}

export function argumentSyntax(argument: ArgumentSpec): string {
  const name = argument.repeated === true ? `${argument.name}...` : argument.name;
  return argument.optional === true ? `[${name}]` : name;
}

/** `use NAME`. */
export function actionSyntax({ name, argument, second }: ActionSpec): string {
  const words = [argument, second].flatMap((word) => (word === undefined ? [] : argumentSyntax(word)));
  return [name, ...words].join(' ');
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from './arguments.js';
import { EXIT, Failure } from './failure.js';

interface Good {
  readonly argv: string;
  readonly verb?: string;
  readonly positionals?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly help?: boolean;
  readonly version?: boolean;
  readonly bus?: string;
}

const GOOD: readonly Good[] = [
  { argv: 'status', verb: 'status' },
  { argv: '--json status', verb: 'status', json: true },
  { argv: 'status -j', verb: 'status', json: true },
  { argv: '--bus unix:path=/tmp/x status', verb: 'status', bus: 'unix:path=/tmp/x' },
  { argv: 'start --bus=unix:abstract=x', verb: 'start', bus: 'unix:abstract=x' },
  { argv: 'mode', verb: 'mode' },
  { argv: 'mode replace', verb: 'mode', positionals: ['replace'] },
  { argv: 'mode of-a-newer-service', verb: 'mode', positionals: ['of-a-newer-service'] },
  { argv: 'background color:#A0b1C2', verb: 'background', positionals: ['color:#A0b1C2'] },
  { argv: 'background list', verb: 'background', positionals: ['list'] },
  { argv: 'background use builtin:x', verb: 'background', positionals: ['use', 'builtin:x'] },
  {
    argv: 'background add a.png --focus 0.25,1 --name Sea',
    verb: 'background',
    positionals: ['add', 'a.png'],
    options: { focus: '0.25,1', name: 'Sea' },
  },
  {
    argv: 'background thumbnail x t.png --size 64',
    verb: 'background',
    positionals: ['thumbnail', 'x', 't.png'],
    options: { size: '64' },
  },
  { argv: 'background -- --odd.png', verb: 'background', positionals: ['--odd.png'] },
  { argv: 'blur 0', verb: 'blur', positionals: ['0'] },
  { argv: 'blur 100', verb: 'blur', positionals: ['100'] },
  { argv: 'process a b', verb: 'process', positionals: ['a', 'b'] },
  {
    argv: 'process -m mask --blur 7 a --model=x b -f',
    verb: 'process',
    positionals: ['a', 'b'],
    options: { mode: 'mask', blur: '7', model: 'x', force: '' },
  },
  {
    argv: 'process -b sea.jpg a b',
    verb: 'process',
    positionals: ['a', 'b'],
    options: { background: 'sea.jpg' },
  },
  { argv: 'process --blur 1 --blur 2 a b', verb: 'process', positionals: ['a', 'b'], options: { blur: '2' } },
  { argv: 'model', verb: 'model' },
  { argv: 'model list', verb: 'model', positionals: ['list'] },
  { argv: 'model use x', verb: 'model', positionals: ['use', 'x'] },
  {
    argv: 'model add --name x --replace f.onnx --manifest m.json',
    verb: 'model',
    positionals: ['add', 'f.onnx'],
    options: { name: 'x', replace: '', manifest: 'm.json' },
  },
  { argv: 'effects', verb: 'effects' },
  {
    argv: 'effects set mirror of-a-newer-service',
    verb: 'effects',
    positionals: ['set', 'mirror', 'of-a-newer-service'],
  },
  { argv: 'effects none', verb: 'effects', positionals: ['none'] },
  {
    argv: 'process --effects hologram,mirror a b',
    verb: 'process',
    positionals: ['a', 'b'],
    options: { effects: 'hologram,mirror' },
  },
  { argv: '--help', help: true },
  { argv: 'process --help', verb: 'process', help: true },
  { argv: '-hj', help: true, json: true },
  { argv: '-V', version: true },
  { argv: 'help mode', verb: 'help', positionals: ['mode'] },
  { argv: 'completion zsh', verb: 'completion', positionals: ['zsh'] },
];

for (const good of GOOD) {
  test(`reads: ${good.argv}`, () => {
    const { verb, options, ...rest } = parseCommandLine(good.argv.split(' '));
    assert.deepEqual(
      { verb: verb?.name, options: Object.fromEntries(options), ...rest },
      {
        verb: good.verb,
        positionals: good.positionals ?? [],
        options: good.options ?? {},
        json: good.json ?? false,
        help: good.help ?? false,
        version: good.version ?? false,
        bus: good.bus,
      },
    );
  });
}

const BAD: readonly (readonly [argv: string, message: RegExp])[] = [
  ['', /no verb: say what/],
  ['--json', /no verb: say what/],
  ['moniter', /no verb "moniter"; did you mean monitor\?$/],
  ['frobnicate', /no verb "frobnicate"\.$/],
  ['constructor', /no verb "constructor"/],
  ['status --josn', /no option --josn; did you mean --json\?/],
  ['status -x', /no option -x/],
  ['status extra', /status does not take "extra"/],
  ['status --mode blur', /status has no option --mode/],
  ['status --json=yes', /--json takes no value/],
  ['status --bus', /--bus needs a value: ADDRESS/],
  ['status --bus=', /--bus needs a value/],
  ['--bus --json status', /--bus needs a value/],
  ['mode a b', /mode does not take "b"/],
  ['blur 101', /whole number from 0 to 100, not "101"/],
  ['blur 1e1', /not "1e1"/],
  ['blur 50%', /not "50%"/],
  ['blur -5', /not negative: -5/],
  ['background #204a87', /written color:#rrggbb.*not "#204a87"/],
  ['background color:red', /not "color:red"/],
  ['background colour:#204a87', /not "colour:#204a87"/],
  ['background color:red extra', /background cannot "color:red"/],
  ['background remvoe x', /cannot "remvoe"; did you mean remove\?/],
  ['background add', /FILE is missing: backscrubctl background add FILE/],
  ['background thumbnail x', /FILE is missing: backscrubctl background thumbnail ID FILE/],
  ['background list x', /background list does not take "x"/],
  ['background add a b', /background add does not take "b"/],
  ['background add a --focus 1', /two numbers from 0 to 1.*not "1"/],
  ['background add a --focus 0.5,1.5', /two numbers from 0 to 1/],
  ['background add a --focus=-1,0', /two numbers from 0 to 1/],
  ['background thumbnail a b --size 8', /--size is a whole number from 16 to 1024, not "8"/],
  ['background --manifest m', /background has no option --manifest/],
  ['process a', /OUTPUT is missing: backscrubctl process INPUT OUTPUT/],
  ['process', /INPUT is missing/],
  ['process a b c', /does not take "c"/],
  ['process --mode nice a b', /no mode "nice"; choose passthrough, blur, replace or mask/],
  ['process --blur many a b', /--blur is a whole number/],
  ['process --background color:#12 a b', /not "color:#12"/],
  ['model lis', /model cannot "lis"; did you mean list\?/],
  ['model eat', /model cannot "eat"; choose list, use, show, add or check\./],
  ['model use', /NAME is missing: backscrubctl model use NAME/],
  ['model check', /FILE is missing/],
  ['model use a b', /model use does not take "b"/],
  ['model list a', /model list does not take "a"/],
  ['effects mirror', /effects cannot "mirror"; choose set, add, remove or none\./],
  ['effects set', /NAME is missing: backscrubctl effects set NAME\.\.\./],
  ['effects add a b', /effects add does not take "b"/],
  ['effects none a', /effects none does not take "a"/],
  ['process --effects sepia a b', /no effect "sepia"; the effects are hologram, mirror/],
  ['process --effects mirror,mirror a b', /mirror is named twice/],
  ['process --effects mirror, a b', /no effect ""/],
  ['help nothing', /no verb "nothing"/],
  ['resolution large', /like 1280x720/],
  ['rate 241', /1 to 240/],
  ['rate -5', /not negative|no option/],
  ['on-demand yes', /on or off/],
  ['camera use', /CAMERA is missing/],
  ['camera dance', /list, use or auto/],
  ['snapshot', /FILE is missing/],
  ['snapshot a.jpg --size big', /whole number of pixels/],
  ['completion tcsh', /no completion for "tcsh"; choose bash, zsh or fish/],
];

for (const [argv, message] of BAD) {
  test(`refuses: ${argv === '' ? '(nothing)' : argv}`, () => {
    assert.throws(
      () => parseCommandLine(argv === '' ? [] : argv.split(' ')),
      (error: unknown) => {
        assert(error instanceof Failure);
        assert.equal(error.status, EXIT.usage);
        assert.match(error.message, message);
        assert.match(error.advice, /--help$/);
        return true;
      },
    );
  });
}

test('refuses an empty file name', () => {
  assert.throws(() => parseCommandLine(['process', '', 'b']), /INPUT is empty/);
});

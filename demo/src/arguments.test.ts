import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELP, parseArguments } from './arguments.js';

test('without arguments: the scene, replaced', () => {
  const options = parseArguments([]);
  assert.deepEqual(
    [options?.input, options?.mode, options?.background, options?.seconds],
    ['scene:1280x720', 'replace', undefined, 5],
  );
  assert.match(options?.directory ?? '', /\/demo-output$/);
});

test('file names become absolute, colours stay', () => {
  assert.equal(parseArguments(['--background', 'color:#123456'])?.background, 'color:#123456');
  assert.match(parseArguments(['--background', 'a.png'])?.background ?? '', /^\/.*a\.png$/);
  assert.equal(parseArguments(['clip.mp4', '--seconds', '2.5'])?.seconds, 2.5);
});

test('mistakes are named', () => {
  for (const [args, words] of [
    [['a', 'b'], /one input/],
    [['--mode', 'sepia'], /no mode "sepia"/],
    [['--seconds', 'long'], /--seconds "long"/],
    [['--seconds', '0'], /1 to 600/],
    [['--colour'], /--colour.*--help/],
  ] as const) {
    assert.throws(() => parseArguments(args), words);
  }
});

test('the help fits 80 columns', () => {
  assert.equal(parseArguments(['--help']), undefined);
  for (const line of HELP.split('\n')) assert.ok(line.length <= 80, line);
});

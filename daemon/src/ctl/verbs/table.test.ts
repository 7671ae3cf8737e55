import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { COMPLETION_FILES, completionScript } from '../completion.js';
import { generalHelp, verbHelp } from '../help.js';
import { SHELLS } from './spec.js';
import { EXIT_STATUSES, GLOBAL_OPTIONS, VERBS } from './table.js';

const read = (fromPackage: string) =>
  readFileSync(new URL(`../../../${fromPackage}`, import.meta.url), 'utf8');
const shown = VERBS.filter(({ hidden }) => hidden !== true);

test('help fits 80 columns and has no trailing blanks', () => {
  for (const text of [generalHelp(), ...VERBS.map(verbHelp)]) {
    for (const line of text.split('\n')) {
      assert(line.length <= 80, `${line.length} columns: ${line}`);
      assert.equal(line, line.trimEnd());
    }
  }
});

test('the general help names all that can be used', () => {
  const text = generalHelp();
  for (const { name } of shown) assert.match(text, new RegExp(`^ {2}${name}( |$)`, 'm'));
  assert.doesNotMatch(text, /completion/);
});

test('option letters are not used twice in a verb', () => {
  for (const verb of VERBS) {
    const letters = [...GLOBAL_OPTIONS, ...verb.options].flatMap(({ short }) => short ?? []);
    assert.equal(new Set(letters).size, letters.length, verb.name);
  }
});

test('the manual page has every verb, option and exit status', () => {
  const page = read('../docs/man/backscrubctl.1').replaceAll('\\-', '-');
  for (const { name } of shown) assert.match(page, new RegExp(`^\\.B[RI]? ${name}\\b`, 'm'), name);
  for (const { name } of [...GLOBAL_OPTIONS, ...shown.flatMap(({ options }) => options)]) {
    assert.match(page, new RegExp(`^\\.B[RI]? .*--${name}\\b`, 'm'), name);
  }
  for (const [status] of EXIT_STATUSES) assert.match(page, new RegExp(`^\\.B ${status}$`, 'm'));
});

for (const shell of SHELLS) {
  test(`daemon/completions is what "completion ${shell}" prints`, () => {
    assert.equal(
      read(`completions/${COMPLETION_FILES[shell]}`),
      completionScript(shell),
      'run: npm run generate',
    );
  });
}

/** Runs the bash completion as readline would. */
function completeBash(words: readonly string[]): string[] {
  const script = `source /dev/stdin <<'END'\n${completionScript('bash')}END\n
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
compopt() { :; }; _backscrubctl; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-uc', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  return stdout.split('\n').filter((line) => line !== '');
}

const COMPLETIONS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ['backscrubctl', 'st'],
    ['status', 'start', 'stop', 'stats'],
  ],
  [
    ['backscrubctl', '--json', 'mo'],
    ['mode', 'model', 'monitor'],
  ],
  [
    ['backscrubctl', 'mode', ''],
    ['passthrough', 'blur', 'replace', 'mask'],
  ],
  [
    ['backscrubctl', 'process', '--m'],
    ['--mode', '--model'],
  ],
  [['backscrubctl', 'process', '--mode', 'm'], ['mask']],
  [
    ['backscrubctl', 'status', '--'],
    ['--json', '--bus', '--help', '--version'],
  ],
  [['backscrubctl', 'help', 'pro'], ['process']],
  [
    ['backscrubctl', 'camera', ''],
    ['list', 'use', 'auto'],
  ],
  [
    ['backscrubctl', 'on-demand', ''],
    ['on', 'off'],
  ],
  [['backscrubctl', 'resolution', '12'], ['1280x720']],
  [
    ['backscrubctl', 'snapshot', '--'],
    ['--json', '--bus', '--help', '--version', '--size', '--quality', '--force'],
  ],
  [
    ['backscrubctl', 'model', ''],
    ['list', 'use', 'show', 'add', 'check'],
  ],
  [['backscrubctl', 'model', '--json', 'u'], ['use']],
  [['backscrubctl', 'model', 'add', '/proc/self/cmdl'], ['/proc/self/cmdline']],
  [['backscrubctl', 'model', 'list', ''], []],
  [
    ['backscrubctl', 'effects', ''],
    ['set', 'add', 'remove', 'none'],
  ],
  [['backscrubctl', 'effects', 'set', 'mirror', 'h'], ['hologram']],
  [['backscrubctl', 'effects', 'none', ''], []],
  [['backscrubctl', 'process', '--effects', 'vig'], ['vignette']],
  [['backscrubctl', 'background', '/proc/self/cmdl'], ['/proc/self/cmdline']],
  [['backscrubctl', 'background', 'th'], ['thumbnail']],
  [['backscrubctl', 'background', 'add', '/proc/self/cmdl'], ['/proc/self/cmdline']],
  [['backscrubctl', 'background', 'add', 'x', '--foc'], ['--focus']],
];

for (const [words, expected] of COMPLETIONS) {
  test(`bash completes: ${words.join(' ')}`, () => {
    assert.deepEqual(completeBash(words).sort(), [...expected].sort());
  });
}

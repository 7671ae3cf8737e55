import { parseArgs } from 'node:util';
import { parseEffects } from '../shared/effects.js';
import { isMode, MODES } from '../shared/names.js';
import { messageOf, usageFailure } from './failure.js';
import {
  type ActionSpec,
  type ArgumentSpec,
  actionSyntax,
  argumentSyntax,
  type OptionSpec,
  SHELLS,
  type Shell,
  type VerbSpec,
} from './verbs/spec.js';
import { findVerb, GLOBAL_OPTIONS, VERBS } from './verbs/table.js';

/** A checked command line. */
export interface CommandLine {
  /** Undefined only together with `help` or `version`. */
  readonly verb: VerbSpec | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly bus: string | undefined;
  readonly positionals: readonly string[];
  /** Options of the verb by long name; "" for a switch that was given. */
  readonly options: ReadonlyMap<string, string>;
}

type Given = { readonly spec: OptionSpec; readonly value: string };

const ALL_OPTIONS: readonly OptionSpec[] = [...GLOBAL_OPTIONS, ...VERBS.flatMap((verb) => verb.options)];

/**
 * Reads what follows the program's name. Options may stand anywhere, the first word is the verb.
 *
 * @throws Failure with the usage status and a message that names the word at fault
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { words, given } = tokenize(argv);
  const wants = (name: string) => given.some(({ spec }) => spec.name === name);
  const help = wants('help');
  const version = wants('version');
  const verbName = words[0];
  const verb = verbName === undefined ? undefined : findVerb(verbName);
  if (verb === undefined && verbName !== undefined) throw unknownVerb(verbName);
  const bus = given.findLast(({ spec }) => spec.name === 'bus')?.value;
  const line = { verb, json: wants('json'), help, version, bus };
  if (help || version) return { ...line, positionals: words.slice(1), options: new Map() };
  if (verb === undefined) throw usageFailure('There is no verb: say what to do.');

  const options = new Map<string, string>();
  for (const { spec, value } of given) {
    if (GLOBAL_OPTIONS.includes(spec)) continue;
    // Several verbs may have an option of this name.
    const own = verb.options.find(({ name }) => name === spec.name);
    if (own === undefined) throw usageFailure(`${verb.name} has no option --${spec.name}.`, verb.name);
    if (own.value !== undefined) checkValue(own.value, value, `--${own.name}`, verb);
    options.set(spec.name, value);
  }
  const positionals = words.slice(1);
  checkPositionals(verb, positionals);
  return { ...line, positionals, options };
}

function tokenize(argv: readonly string[]): { words: string[]; given: Given[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      ALL_OPTIONS.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? 'boolean' : 'string',
          ...(short === undefined ? {} : { short }),
        } as const,
      ]),
    ),
  });
  const words: string[] = [];
  const given: Given[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = ALL_OPTIONS.find(({ name }) => name === token.name);
    if (spec === undefined) throw unknownOption(token.rawName, words[0]);
    if (spec.value === undefined) {
      if (token.value !== undefined) throw usageFailure(`--${spec.name} takes no value.`, words[0]);
      given.push({ spec, value: '' });
      continue;
    }
    // The parser takes the next word whatever it is; one that looks like an option was hardly meant as a value.
    const looksLikeOption = token.inlineValue === false && token.value?.startsWith('-') === true;
    if (token.value === undefined || token.value === '' || looksLikeOption) {
      throw usageFailure(`--${spec.name} needs a value: ${spec.value.name}.`, words[0]);
    }
    given.push({ spec, value: token.value });
  }
  return { words, given };
}

function checkPositionals(verb: VerbSpec, words: readonly string[]): void {
  if (verb.actions !== undefined) {
    checkAction(verb, verb.actions, words);
    return;
  }
  verb.arguments.forEach((argument, index) => {
    const word = words[index];
    if (word !== undefined) checkValue(argument, word, argument.name, verb);
    else if (argument.optional !== true) {
      const syntax = [verb.name, ...verb.arguments.map(argumentSyntax)].join(' ');
      throw usageFailure(`${argument.name} is missing: backscrubctl ${syntax}`, verb.name);
    }
  });
  const extra = words[verb.arguments.length];
  if (extra !== undefined) throw usageFailure(`${verb.name} does not take "${extra}".`, verb.name);
}

function checkAction(verb: VerbSpec, actions: readonly ActionSpec[], words: readonly string[]): void {
  const [word, ...values] = words;
  if (word === undefined) return;
  const action = actions.find(({ name }) => name === word);
  if (action === undefined && verb.otherwise !== undefined && values.length === 0) {
    checkValue(verb.otherwise, word, verb.otherwise.name, verb);
    return;
  }
  if (action === undefined) {
    const names = actions.map(({ name }) => name);
    const nearest = didYouMean(word, names);
    const hint = nearest === '.' ? `; choose ${listOf(names)}.` : nearest;
    throw usageFailure(`${verb.name} cannot "${word}"${hint}`, verb.name);
  }
  const wanted = [action.argument, action.second].flatMap((argument) => argument ?? []);
  wanted.forEach((argument, index) => {
    const given = argument.repeated === true ? values.slice(index) : values.slice(index, index + 1);
    if (given.length === 0) {
      const syntax = `${verb.name} ${actionSyntax(action)}`;
      throw usageFailure(`${argument.name} is missing: backscrubctl ${syntax}`, verb.name);
    }
    for (const value of given) checkValue(argument, value, argument.name, verb);
  });
  const tooMany = wanted.some(({ repeated }) => repeated === true) ? undefined : values[wanted.length];
  if (tooMany !== undefined) {
    throw usageFailure(`${verb.name} ${action.name} does not take "${tooMany}".`, verb.name);
  }
}

function checkValue(argument: ArgumentSpec, value: string, what: string, verb: VerbSpec): void {
  const fail = (text: string) => usageFailure(text, verb.name);
  switch (argument.kind) {
    case 'percent':
      if (!/^\d{1,3}$/.test(value) || Number(value) > 100) {
        throw fail(`${what} is a whole number from 0 to 100, not "${value}".`);
      }
      break;
    case 'pixels':
      if (!/^\d{1,4}$/.test(value)) throw fail(`${what} is a whole number of pixels, not "${value}".`);
      break;
    case 'rate':
      if (value !== 'auto' && (!/^\d{1,3}$/.test(value) || Number(value) > 240)) {
        throw fail(`${what} is auto or a whole number from 1 to 240, not "${value}".`);
      }
      break;
    case 'resolution':
      if (!/^(auto|\d{1,4}x\d{1,4})$/.test(value)) {
        throw fail(`${what} is auto or a size like 1280x720, not "${value}".`);
      }
      break;
    case 'switch':
      if (value !== 'on' && value !== 'off') throw fail(`${what} is on or off, not "${value}".`);
      break;
    case 'mode':
      // With a running service the service is asked: it may know more modes than this program.
      if (verb.name === 'process' && !isMode(value)) {
        throw fail(`There is no mode "${value}"; choose ${listOf(MODES)}.`);
      }
      break;
    case 'background':
      if (/^#|^colou?r:/i.test(value) && !/^color:#[0-9a-f]{6}$/i.test(value)) {
        throw fail(`A colour is written color:#rrggbb, for example color:#204a87, not "${value}".`);
      }
      if (/^gradient:/i.test(value) && !/^gradient:#[0-9a-f]{6}-#[0-9a-f]{6}(@\d{1,3})?$/i.test(value)) {
        throw fail(
          `A gradient is written gradient:#rrggbb-#rrggbb, with @DEGREES its direction, not "${value}".`,
        );
      }
      break;
    case 'effects':
      try {
        parseEffects(value.split(','));
      } catch (error) {
        throw fail(messageOf(error));
      }
      break;
    case 'shell':
      if (!isShell(value)) throw fail(`There is no completion for "${value}"; choose ${listOf(SHELLS)}.`);
      break;
    case 'verb':
      if (findVerb(value) === undefined) throw unknownVerb(value);
      break;
    case 'file':
      if (value.includes('\0')) throw fail(`${what} is not a file name.`);
      break;
    case 'point':
      if (
        !/^(0|1|0?\.\d+|[01]\.\d+),(0|1|0?\.\d+|[01]\.\d+)$/.test(value) ||
        value.split(',').some((part) => Number(part) > 1)
      ) {
        throw fail(`${what} is two numbers from 0 to 1, for example 0.3,0.5, not "${value}".`);
      }
      break;
    case 'size':
      if (!/^\d{2,4}$/.test(value) || Number(value) < 16 || Number(value) > 1024) {
        throw fail(`${what} is a whole number from 16 to 1024, not "${value}".`);
      }
      break;
    case 'action':
    case 'address':
    // The service is asked: it may know more effects than this program.
    case 'effect':
    case 'camera':
    case 'model':
    case 'text':
      break;
  }
  if (value === '') throw fail(`${what} is empty.`);
}

export function isShell(value: string): value is Shell {
  return (SHELLS as readonly string[]).includes(value);
}

function unknownVerb(name: string): Error {
  const names = VERBS.filter(({ hidden }) => hidden !== true).map((verb) => verb.name);
  return usageFailure(`There is no verb "${name}"${didYouMean(name, names)}`);
}

function unknownOption(raw: string, verbName: string | undefined): Error {
  const verb = verbName === undefined ? undefined : findVerb(verbName);
  if (/^-\d$/.test(raw)) return usageFailure(`Numbers here are not negative: ${raw}`, verb?.name);
  const known = [...GLOBAL_OPTIONS, ...(verb?.options ?? [])].map(({ name }) => `--${name}`);
  return usageFailure(`There is no option ${raw}${didYouMean(raw, known)}`, verb?.name);
}

function didYouMean(word: string, known: readonly string[]): string {
  const nearest = known
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= 2 ? `; did you mean ${nearest.name}?` : '.';
}

/** Levenshtein distance: insertions, deletions and substitutions. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

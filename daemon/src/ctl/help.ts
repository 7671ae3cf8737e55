import { definitions, wrap } from './text.js';
import { actionSyntax, argumentSyntax, type OptionSpec, optionSyntax, type VerbSpec } from './verbs/spec.js';
import { EXIT_STATUSES, GLOBAL_OPTIONS, VERBS } from './verbs/table.js';

const WIDTH = 80;
/** Where the explanations start. */
const COLUMN = 27;

/** `backscrubctl --help`. */
export function generalHelp(): string {
  const verbs = VERBS.filter(({ hidden }) => hidden !== true);
  return sections([
    'Usage: backscrubctl [OPTION]... VERB [ARGUMENT]...',
    wrap('Steers the Backscrub virtual camera, and processes files the same way.', WIDTH),
    `Verbs:\n${definitions(
      verbs.map((verb) => [syntax(verb), verb.summary]),
      WIDTH,
      COLUMN,
    )}`,
    optionList('Options:', GLOBAL_OPTIONS),
    `Exit status:\n${definitions(
      EXIT_STATUSES.map(([status, text]) => [String(status), text]),
      WIDTH,
      8,
    )}`,
    '"backscrubctl VERB --help" tells more; so does "man backscrubctl".',
  ]);
}

/** `backscrubctl VERB --help`. */
export function verbHelp(verb: VerbSpec): string {
  return sections([
    `Usage: backscrubctl ${verb.options.length > 0 ? `${verb.name} [OPTION]... ` : ''}${
      verb.options.length > 0 ? verb.arguments.map(argumentSyntax).join(' ') : syntax(verb)
    }`,
    wrap(`${verb.summary}.`, WIDTH),
    ...verb.description.map((paragraph) => wrap(paragraph, WIDTH)),
    verb.actions === undefined
      ? ''
      : `Actions:\n${definitions(
          verb.actions.map((action) => [actionSyntax(action), action.summary]),
          WIDTH,
          COLUMN,
        )}`,
    optionList('Options:', verb.options),
    optionList(verb.options.length > 0 ? 'Options of all verbs:' : 'Options:', GLOBAL_OPTIONS),
    verb.examples.length > 0 ? `Examples:\n${verb.examples.map((example) => `  ${example}`).join('\n')}` : '',
  ]);
}

function syntax(verb: VerbSpec): string {
  return [verb.name, ...verb.arguments.map(argumentSyntax)].join(' ');
}

function optionList(title: string, options: readonly OptionSpec[]): string {
  if (options.length === 0) return '';
  const entries = options.map((option) => {
    const text = optionSyntax(option);
    return [option.short === undefined ? `    ${text}` : text, option.summary] as const;
  });
  return `${title}\n${definitions(entries, WIDTH, COLUMN)}`;
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

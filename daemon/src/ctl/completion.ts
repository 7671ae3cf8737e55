/** Shell completions, made from the table of verbs; daemon/completions holds what this prints. */
import { EFFECTS, MODES } from '../shared/names.js';
import {
  type ActionSpec,
  type ArgumentSpec,
  type OptionSpec,
  SHELLS,
  type Shell,
  type ValueKind,
  type VerbSpec,
} from './verbs/spec.js';
import { GLOBAL_OPTIONS, VERBS } from './verbs/table.js';

const SHOWN = VERBS.filter(({ hidden }) => hidden !== true);
const VERB_NAMES = SHOWN.map(({ name }) => name);

/** File of daemon/completions, under the name by which the shell looks for it. */
export const COMPLETION_FILES: Readonly<Record<Shell, string>> = {
  bash: 'backscrubctl.bash',
  zsh: '_backscrubctl',
  fish: 'backscrubctl.fish',
};

export function completionScript(shell: Shell): string {
  const head = `# ${shell} completion for backscrubctl, made by \`backscrubctl completion ${shell}\`.`;
  switch (shell) {
    case 'bash':
      return `${head}\n${bash()}`;
    case 'zsh':
      // The first line must be the tag that zsh looks for.
      return `#compdef backscrubctl\n${head}\n${zsh()}`;
    case 'fish':
      return `${head}\n${fish()}`;
  }
}

/** Words to choose from; undefined where anything goes. */
function wordsFor(kind: ValueKind): readonly string[] | undefined {
  switch (kind) {
    case 'mode':
      return MODES;
    case 'percent':
      return ['0', '25', '50', '75', '100'];
    case 'background':
      return ['color:#'];
    case 'effect':
    case 'effects':
      return EFFECTS;
    case 'rate':
      return ['auto', '15', '24', '30', '60'];
    case 'resolution':
      return ['auto', '640x480', '1280x720', '1920x1080'];
    case 'switch':
      return ['on', 'off'];
    case 'shell':
      return SHELLS;
    case 'verb':
      return VERB_NAMES;
    case 'action':
    case 'address':
    case 'camera':
    case 'file':
    case 'model':
    case 'point':
    case 'size':
    case 'text':
    case 'pixels':
      return undefined;
  }
}

function takesFiles(kind: ValueKind): boolean {
  return kind === 'file' || kind === 'background';
}

function flags(options: readonly OptionSpec[]): string[] {
  return options.flatMap(({ name, short }) =>
    short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`],
  );
}

function bash(): string {
  const withValue = [...GLOBAL_OPTIONS, ...SHOWN.flatMap(({ options }) => options)].filter(
    ({ value }) => value !== undefined,
  );
  const offer = (kind: ValueKind) => {
    const words = wordsFor(kind);
    return [
      words === undefined ? '' : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`,
      takesFiles(kind) ? 'compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur"))' : '',
    ]
      .filter((part) => part !== '')
      .join('; ');
  };
  const values = new Set(
    withValue.map((option) => {
      const kind = option.value?.kind ?? 'model';
      return `    ${flags([option]).join(' | ')}) ${offer(kind) || ':'}; return ;;`;
    }),
  );
  const firstWord = (actions: readonly ActionSpec[], otherwise: ArgumentSpec | undefined) => {
    const words = [...actions.map(({ name }) => name), ...((otherwise && wordsFor(otherwise.kind)) ?? [])];
    const files = otherwise !== undefined && takesFiles(otherwise.kind);
    const names = `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
    return files ? `${names}; compopt -o filenames; COMPREPLY+=($(compgen -f -- "$cur"))` : names;
  };
  const verbs = SHOWN.filter((verb) => verb.arguments.length > 0).map((verb) =>
    verb.actions === undefined
      ? `    ${verb.name}) ${argumentsOf(verb).map(offer)[0] ?? ':'} ;;`
      : `    ${verb.name})
      case $action in
      '') ${firstWord(verb.actions, verb.otherwise)} ;;
${verb.actions
  .filter(({ argument }) => argument !== undefined && offer(argument.kind) !== '')
  .map(({ name, argument }) => `      ${name}) ${offer(argument?.kind ?? 'model')} ;;`)
  .join('\n')}
      esac ;;`,
  );
  return `_backscrubctl() {
  local cur prev verb='' action='' i
  local IFS=$' \\t\\n'
  # Without the word breaks of readline: a colon belongs to a background.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n : cur prev
  else
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  fi
  COMPREPLY=()
  case $prev in
${[...values].join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    ${VERB_NAMES.join(' | ')}) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  for ((i++; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then action=\${COMP_WORDS[i]}; break; fi
  done
  if [[ $cur == -* ]]; then
    case $verb in
${SHOWN.filter(({ options }) => options.length > 0)
  .map(
    (verb) =>
      `    ${verb.name}) COMPREPLY=($(compgen -W '${flags([...GLOBAL_OPTIONS, ...verb.options]).join(' ')}' -- "$cur")) ;;`,
  )
  .join('\n')}
    *) COMPREPLY=($(compgen -W '${flags(GLOBAL_OPTIONS).join(' ')}' -- "$cur")) ;;
    esac
    return
  fi
  case $verb in
    '') COMPREPLY=($(compgen -W '${VERB_NAMES.join(' ')}' -- "$cur")) ;;
${verbs.join('\n')}
  esac
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -F _backscrubctl backscrubctl
`;
}

function argumentsOf(verb: VerbSpec): ValueKind[] {
  return verb.arguments.map(({ kind }) => kind);
}

function zsh(): string {
  const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const escapeText = (text: string) => text.replaceAll(/[[\]:]/g, '\\$&');
  const action = ({ name, kind }: ArgumentSpec) => {
    const words = wordsFor(kind);
    if (kind === 'background') return `${name}:_backscrubctl_background`;
    if (takesFiles(kind)) return `${name}:_files`;
    return words === undefined ? `${name}: ` : `${name}:(${words.join(' ')})`;
  };
  const describeAction = ({ name, summary }: ActionSpec) => `${name}\\:"${escapeText(summary)}"`;
  const takesFile = ({ argument }: ActionSpec) => argument !== undefined && takesFiles(argument.kind);
  const secondArgument = (argument: ArgumentSpec, files = false) =>
    quote(
      `${argument.repeated === true ? '*:' : '::'}${files ? `${argument.name}:_files` : action(argument)}`,
    );
  const option = (spec: OptionSpec) => {
    const explained = `[${escapeText(spec.summary)}]`;
    const value = spec.value === undefined ? '' : `:${action(spec.value)}`;
    if (spec.short === undefined) return quote(`--${spec.name}${explained}${value}`);
    return `'(-${spec.short} --${spec.name})'{-${spec.short},--${spec.name}}${quote(`${explained}${value}`)}`;
  };
  const orAction = ({ name, actions, otherwise }: VerbSpec) =>
    otherwise === undefined || actions === undefined
      ? []
      : [
          `\n_backscrubctl_${name}_or_action() {
  _alternative ${quote(`actions:action:((${actions.map(describeAction).join(' ')}))`)} 'colours:plain colour:(color\\:#)' 'files:image file:_files'
}\n`,
        ];
  const cases = SHOWN.map((verb) => {
    const specs = [
      '$options',
      ...verb.options.map(option),
      ...(verb.actions === undefined
        ? verb.arguments.map((argument) =>
            quote(`${argument.optional === true ? '::' : ':'}${action(argument)}`),
          )
        : [
            verb.otherwise === undefined
              ? quote(`::ACTION:((${verb.actions.map(describeAction).join(' ')}))`)
              : quote(`::${verb.otherwise.name}:_backscrubctl_${verb.name}_or_action`),
            ...(verb.otherwise === undefined
              ? verb.arguments
                  .slice(1)
                  .map((argument) => secondArgument(argument, verb.actions?.some(takesFile)))
              : [quote(`::ARGUMENT:${verb.actions.some(takesFile) ? '_files' : ' '}`)]),
            ...(verb.actions.some(({ second }) => second !== undefined) ? [quote('::ARGUMENT:_files')] : []),
          ]),
    ];
    return `    ${verb.name}) _arguments -s ${specs.join(' ')} ;;`;
  });
  return `_backscrubctl_background() {
  _alternative 'colours:plain colour:(color\\:#)' 'files:image file:_files'
}
${SHOWN.flatMap(orAction).join('')}
_backscrubctl() {
  local context state state_descr line
  typeset -A opt_args
  local -a verbs options
  verbs=(
${SHOWN.map((verb) => `    ${quote(`${verb.name}:${escapeText(verb.summary)}`)}`).join('\n')}
  )
  options=(
${GLOBAL_OPTIONS.map((spec) => `    ${option(spec)}`).join('\n')}
  )
  _arguments -s -C $options '1:verb:->verb' '*::argument:->argument' && return
  if [[ $state == verb ]]; then
    _describe verb verbs
    return
  fi
  case $line[1] in
${cases.join('\n')}
  esac
}

_backscrubctl "$@"
`;
}

function fish(): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const seen = (verb: VerbSpec) => `-n '__fish_seen_subcommand_from ${verb.name}'`;
  const noVerb = `-n 'not __fish_seen_subcommand_from ${VERB_NAMES.join(' ')}'`;
  const value = (argument: ArgumentSpec | undefined) => {
    if (argument === undefined) return '';
    const words = wordsFor(argument.kind);
    const offered = words === undefined ? '' : ` -a ${quote(words.join(' '))}`;
    return `${takesFiles(argument.kind) ? ' -r -F' : ' -x'}${offered}`;
  };
  const option = (spec: OptionSpec, condition: string) =>
    [
      'complete -c backscrubctl',
      condition,
      `-l ${spec.name}`,
      spec.short === undefined ? '' : `-s ${spec.short}`,
      `-d ${quote(spec.summary)}`,
    ]
      .filter((part) => part !== '')
      .join(' ') + value(spec.value);
  const lines = ['complete -c backscrubctl -f', ...GLOBAL_OPTIONS.map((spec) => option(spec, ''))];
  for (const verb of SHOWN) {
    lines.push(`complete -c backscrubctl ${noVerb} -a ${verb.name} -d ${quote(verb.summary)}`);
    lines.push(...verb.options.map((spec) => option(spec, seen(verb))));
    if (verb.actions !== undefined) {
      const names = verb.actions.map(({ name }) => name).join(' ');
      for (const { name, argument, summary } of verb.actions) {
        const fresh = `-n '__fish_seen_subcommand_from ${verb.name}; and not __fish_seen_subcommand_from ${names}'`;
        lines.push(`complete -c backscrubctl ${fresh} -a ${name} -d ${quote(summary)}`);
        if (argument === undefined) continue;
        const after = `-n '__fish_seen_subcommand_from ${verb.name}; and __fish_seen_subcommand_from ${name}'`;
        const words = wordsFor(argument.kind);
        if (takesFiles(argument.kind)) lines.push(`complete -c backscrubctl ${after} -F`);
        if (words !== undefined) lines.push(`complete -c backscrubctl ${after} -a ${quote(words.join(' '))}`);
      }
      const files = verb.otherwise !== undefined && takesFiles(verb.otherwise.kind);
      if (files) lines.push(`complete -c backscrubctl ${seen(verb)} -F`);
      continue;
    }
    const [kind] = argumentsOf(verb);
    if (kind === undefined) continue;
    const words = wordsFor(kind);
    if (takesFiles(kind)) lines.push(`complete -c backscrubctl ${seen(verb)} -F`);
    if (words !== undefined)
      lines.push(`complete -c backscrubctl ${seen(verb)} -a ${quote(words.join(' '))}`);
  }
  return `${lines.join('\n')}\n`;
}

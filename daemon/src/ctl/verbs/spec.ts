/** What a verb of backscrubctl is made of, and how its parts are written down. */

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

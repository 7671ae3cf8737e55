/**
 * What backscrubctl understands, as data. Parsing (arguments.ts), help (help.ts) and shell completions (completion.ts)
 * all come from this table; table.test.ts holds the manual page against it.
 */
import { CAMERA_VERBS } from './camera.js';
import { HELP_VERBS } from './help.js';
import { LOOK_VERBS } from './look.js';
import { MODEL_VERBS } from './model.js';
import { PROCESS_VERBS } from './process.js';
import type { OptionSpec, VerbSpec } from './spec.js';
import { SWITCH_VERBS } from './switch.js';
import { WATCHING_VERBS } from './watching.js';

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

/** In the order of the help. */
export const VERBS: readonly VerbSpec[] = [
  ...SWITCH_VERBS,
  ...LOOK_VERBS,
  ...MODEL_VERBS,
  ...CAMERA_VERBS,
  ...WATCHING_VERBS,
  ...PROCESS_VERBS,
  ...HELP_VERBS,
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

/** The verbs about how things are, and about this program itself. */
import type { VerbSpec } from './spec.js';

export const HELP_VERBS: readonly VerbSpec[] = [
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

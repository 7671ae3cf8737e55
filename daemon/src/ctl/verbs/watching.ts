/** The verbs that show what goes on. */
import type { VerbSpec } from './spec.js';

export const WATCHING_VERBS: readonly VerbSpec[] = [
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
];

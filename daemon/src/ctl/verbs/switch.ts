/** The verbs that switch the service on and off. */
import type { VerbSpec } from './spec.js';

export const SWITCH_VERBS: readonly VerbSpec[] = [
  {
    name: 'status',
    summary: 'Show what the service is doing',
    description: [
      'Shows the state with a short explanation, the mode, the background, the effects, the cameras, whether somebody watches, and the ' +
        'last error with what to do about it.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl status', 'backscrubctl status --json'],
  },
  {
    name: 'start',
    summary: 'Enable the virtual camera',
    description: [
      'The real camera stays closed until an application reads the virtual one. After a failure, start tries again at once.',
    ],
    arguments: [],
    options: [],
    examples: ['backscrubctl start'],
  },
  {
    name: 'stop',
    summary: 'Disable the virtual camera and close the real one',
    description: ['Applications keep the virtual camera and see a placeholder card.'],
    arguments: [],
    options: [],
    examples: ['backscrubctl stop'],
  },
];

/** The verb that needs no service. */
import { DEFAULT_BLUR_STRENGTH, DEFAULT_MODE, DEFAULT_MODEL, EFFECTS, MODES } from '../../shared/names.js';
import { MODE_MEANINGS } from './modes.js';
import type { VerbSpec } from './spec.js';

export const PROCESS_VERBS: readonly VerbSpec[] = [
  {
    name: 'process',
    summary: 'Process a video or picture file, without the service',
    description: [
      'Reads INPUT, puts something else behind the person, writes OUTPUT. Y4M is read and written directly; other videos ' +
        'need ffmpeg. The ending of OUTPUT chooses its format. When it fails or is interrupted, OUTPUT is not written.',
      MODE_MEANINGS,
    ],
    arguments: [
      { name: 'INPUT', kind: 'file' },
      { name: 'OUTPUT', kind: 'file' },
    ],
    options: [
      {
        name: 'mode',
        short: 'm',
        value: { name: 'MODE', kind: 'mode' },
        summary: `${MODES.join(', ')}; without it ${DEFAULT_MODE}, or replace when a background is given`,
      },
      {
        name: 'background',
        short: 'b',
        value: { name: 'BACKGROUND', kind: 'background' },
        summary:
          'color:#rrggbb, gradient:#rrggbb-#rrggbb, builtin:NAME, or an image or video file, for mode replace',
      },
      {
        name: 'blur',
        value: { name: 'STRENGTH', kind: 'percent' },
        summary: `0 to 100, for mode blur; without it ${DEFAULT_BLUR_STRENGTH}`,
      },
      {
        name: 'model',
        value: { name: 'MODEL', kind: 'model' },
        summary: `The segmentation model, a name or a file; without it ${DEFAULT_MODEL}`,
      },
      {
        name: 'effects',
        value: { name: 'NAMES', kind: 'effects' },
        summary: `Effects, separated by commas: ${EFFECTS.join(', ')}`,
      },
      { name: 'force', short: 'f', summary: 'Overwrite OUTPUT if it exists' },
    ],
    examples: [
      'backscrubctl process call.mp4 blurred.mp4',
      'backscrubctl process --background beach.jpg call.mp4 beach.mp4',
    ],
  },
];

/** The verbs about the real camera and the virtual one's format. */
import type { VerbSpec } from './spec.js';

export const CAMERA_VERBS: readonly VerbSpec[] = [
  {
    name: 'camera',
    summary: 'Show or choose the real camera',
    description: [
      'Without ACTION, shows the camera that is in use, or else the chosen one. The choice is remembered: while the chosen ' +
        'camera is not there another one stands in, and the chosen one is taken again as soon as it is back.',
    ],
    arguments: [
      { name: 'ACTION', kind: 'action', optional: true },
      { name: 'CAMERA', kind: 'camera', optional: true },
    ],
    actions: [
      { name: 'list', summary: 'List the cameras that are there, the chosen one marked' },
      {
        name: 'use',
        argument: { name: 'CAMERA', kind: 'camera' },
        summary: 'Choose a camera by its id, its name or its /dev path',
      },
      { name: 'auto', summary: 'Leave the choice to the service' },
    ],
    options: [],
    examples: ['backscrubctl camera list', 'backscrubctl camera use "Integrated Camera"'],
  },
  {
    name: 'resolution',
    summary: 'Show or choose the size of the virtual camera',
    description: [
      'auto is what the real camera offers near 1280x720. A change is made when no application reads the virtual camera ' +
        'any more: until then its format is fixed.',
    ],
    arguments: [{ name: 'RESOLUTION', kind: 'resolution', optional: true }],
    options: [],
    examples: ['backscrubctl resolution', 'backscrubctl resolution 1920x1080'],
  },
  {
    name: 'rate',
    summary: 'Show or choose the frames per second of the virtual camera',
    description: [
      'auto is what the real camera offers. A change is made when one of the resolution would be.',
    ],
    arguments: [{ name: 'RATE', kind: 'rate', optional: true }],
    options: [],
    examples: ['backscrubctl rate 30', 'backscrubctl rate auto'],
  },
  {
    name: 'on-demand',
    summary: 'Show or choose whether the camera is on for somebody only',
    description: [
      'on: the real camera is open only while an application reads the virtual one. off: it is open as long as the virtual ' +
        'camera is enabled, so that an application has its picture at once.',
    ],
    arguments: [{ name: 'SWITCH', kind: 'switch', optional: true }],
    options: [],
    examples: ['backscrubctl on-demand', 'backscrubctl on-demand off'],
  },
  {
    name: 'snapshot',
    summary: 'Save what applications see as a JPEG file',
    description: ['There is a picture only while an application watches.'],
    arguments: [{ name: 'FILE', kind: 'file' }],
    options: [
      {
        name: 'size',
        value: { name: 'PIXELS', kind: 'pixels' },
        summary: 'The longer side, 16 to 4096; without it 640, and never more than the picture has',
      },
      {
        name: 'quality',
        value: { name: 'QUALITY', kind: 'percent' },
        summary: '1 to 100; without it 80',
      },
      { name: 'force', short: 'f', summary: 'Overwrite FILE if it exists' },
    ],
    examples: ['backscrubctl snapshot now.jpg', 'backscrubctl snapshot --size 4096 --quality 95 large.jpg'],
  },
];

/** The verbs about what is behind the person, and what is done to the picture. */
import { MODE_MEANINGS } from './modes.js';
import type { VerbSpec } from './spec.js';

export const LOOK_VERBS: readonly VerbSpec[] = [
  {
    name: 'mode',
    summary: 'Show or choose what happens to the room behind you',
    description: ['Without MODE, shows the mode.', MODE_MEANINGS],
    arguments: [{ name: 'MODE', kind: 'mode', optional: true }],
    options: [],
    examples: ['backscrubctl mode', 'backscrubctl mode replace'],
  },
  {
    name: 'background',
    summary: 'Show or choose what mode "replace" puts behind you, add your own',
    description: [
      'Without an argument, shows the background. BACKGROUND is an ID of the list, color:#rrggbb for a plain colour, or ' +
        'gradient:#rrggbb-#rrggbb, with @DEGREES its direction. Anything else is the file of an image, animation or video; a ' +
        'relative path is made absolute. The service opens that file with its own rights, not with yours, and cannot look into ' +
        'home directories.',
      'add reads the file with your rights and gives a copy to the service, which keeps it: JPEG, PNG, WebP, AVIF, TIFF, ' +
        'animated GIF, WebP and PNG, MP4, WebM and MKV, at most 16 MiB.',
    ],
    arguments: [{ name: 'BACKGROUND|ACTION...', kind: 'background', optional: true }],
    otherwise: { name: 'BACKGROUND', kind: 'background' },
    actions: [
      { name: 'list', summary: 'List the backgrounds, built-in ones and your own' },
      {
        name: 'use',
        argument: { name: 'ID', kind: 'background' },
        summary: 'Choose a background; BACKGROUND alone does the same',
      },
      {
        name: 'show',
        argument: { name: 'ID', kind: 'text' },
        summary: 'Show what is known about a background',
      },
      {
        name: 'add',
        argument: { name: 'FILE', kind: 'file' },
        summary: 'Give a file to the service; prints its ID',
      },
      {
        name: 'remove',
        argument: { name: 'ID', kind: 'text' },
        summary: 'Have the service delete a background that was added',
      },
      {
        name: 'thumbnail',
        argument: { name: 'ID', kind: 'background' },
        second: { name: 'FILE', kind: 'file' },
        summary: 'Write a small picture of a background as PNG',
      },
    ],
    options: [
      {
        name: 'name',
        value: { name: 'NAME', kind: 'text' },
        summary: 'With add: what to call it; without it the name of the file',
      },
      {
        name: 'focus',
        value: { name: 'X,Y', kind: 'point' },
        summary:
          'With add: what stays visible when it is cropped, from 0,0 (left, top) to 1,1; without it 0.5,0.5',
      },
      {
        name: 'size',
        value: { name: 'WIDTH', kind: 'size' },
        summary: 'With thumbnail: pixels, 16 to 1024; without it 320',
      },
    ],
    examples: [
      "backscrubctl background 'color:#204a87'",
      'backscrubctl background list',
      'backscrubctl background add ~/Pictures/beach.jpg --focus 0.3,0.5',
    ],
  },
  {
    name: 'blur',
    summary: 'Show or choose how much mode "blur" blurs',
    description: [
      'Without STRENGTH, shows it. 0 shows the room until the visit ends; at 100 nothing in the room can be recognised.',
    ],
    arguments: [{ name: 'STRENGTH', kind: 'percent', optional: true }],
    options: [],
    examples: ['backscrubctl blur', 'backscrubctl blur 80'],
  },
  {
    name: 'effects',
    summary: 'Show or choose effects, such as hologram or mirror',
    description: [
      'Without ACTION, lists the effects with those marked that are at work. They are applied in the order in which they were ' +
        'named. mirror and flip turn the picture of the camera, never the background.',
    ],
    arguments: [
      { name: 'ACTION', kind: 'action', optional: true },
      { name: 'NAME', kind: 'effect', optional: true, repeated: true },
    ],
    actions: [
      {
        name: 'set',
        argument: { name: 'NAME', kind: 'effect', repeated: true },
        summary: 'Use these effects and no others',
      },
      {
        name: 'add',
        argument: { name: 'NAME', kind: 'effect' },
        summary: 'Use this effect too, after the others',
      },
      { name: 'remove', argument: { name: 'NAME', kind: 'effect' }, summary: 'Do without this effect' },
      { name: 'none', summary: 'Switch all effects off' },
    ],
    options: [],
    examples: [
      'backscrubctl effects',
      'backscrubctl effects set mirror vignette',
      'backscrubctl effects none',
    ],
  },
];

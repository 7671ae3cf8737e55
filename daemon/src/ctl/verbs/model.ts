/** The verb about the network that finds the person. */
import type { VerbSpec } from './spec.js';

export const MODEL_VERBS: readonly VerbSpec[] = [
  {
    name: 'model',
    summary: 'Show or choose the model that finds the person, add one',
    description: [
      'Without ACTION, shows the model. A model is a .tflite or .onnx file; NAME is one of the list. A file that is not known ' +
        'needs a JSON manifest of the same name beside it, see docs/models.md.',
      'add and check need no service. add copies the file into the folder of the service, which only root can write.',
    ],
    arguments: [
      { name: 'ACTION', kind: 'action', optional: true },
      { name: 'MODEL', kind: 'model', optional: true },
    ],
    actions: [
      { name: 'list', summary: 'List the models that are installed' },
      {
        name: 'use',
        argument: { name: 'NAME', kind: 'model' },
        summary: 'Choose a model; a running picture goes on while it is loaded',
      },
      {
        name: 'show',
        argument: { name: 'NAME', kind: 'model' },
        summary: 'Show what is known about a model',
      },
      {
        name: 'add',
        argument: { name: 'FILE', kind: 'file' },
        summary: "Check a file and copy it into the service's folder",
      },
      {
        name: 'check',
        argument: { name: 'FILE', kind: 'file' },
        summary: 'Convert a file, run it once, and show its shapes, cost and operators',
      },
    ],
    options: [
      {
        name: 'name',
        value: { name: 'NAME', kind: 'model' },
        summary: 'With add: the name of the new model',
      },
      {
        name: 'manifest',
        value: { name: 'FILE', kind: 'file' },
        summary: 'With add and check: the JSON manifest, if it does not lie beside the file',
      },
      { name: 'replace', summary: 'With add: replace a model of the same name' },
    ],
    examples: [
      'backscrubctl model list',
      'backscrubctl model use selfie_segmentation_landscape',
      'backscrubctl model check ./mine.onnx',
    ],
  },
];

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './random.js';
import { Plan, type Step } from './room-plan.js';

const CHOICES = {
  backgrounds: ['color:#204a87', '/usr/share/bed/room/slow.mp4'],
  effects: ['mirror', 'flip', 'vignette'],
  models: ['one', 'other'],
  cameras: ['', 'camera'],
  files: ['/root/room/still.jpg'],
  fillDisk: 'fill',
  emptyDisk: 'empty',
  startCamera: 'start',
};

function steps(seed: number): Step[] {
  const plan = new Plan(new Random(seed), CHOICES);
  return Array.from({ length: 600 }, () => plan.next()).flat();
}

test('the same seed gives the same plan, another one another', () => {
  assert.deepEqual(steps(7), steps(7));
  assert.notDeepEqual(steps(7), steps(8));
});

test('all that anybody may do is done, and all that may go wrong', () => {
  const text = JSON.stringify(steps(7));
  const members = [
    ...[
      'Start',
      'Stop',
      'SetMode',
      'SetBackground',
      'SetEffects',
      'RemoveBackground',
      'SetModel',
      'SetCamera',
    ],
    ...['ListBackgrounds', 'ListModels', 'ListCameras', 'GetThumbnail', 'import', 'snapshot'],
    ...['BlurStrength', 'CrossFade', 'OnDemand', 'Resolution', 'FrameRate'],
    ...[
      'kill -KILL',
      'kill -STOP',
      'restart',
      'fill',
      'signal=STOP',
      'stop feeder',
      'XDG_SEAT',
      'leave and return',
    ],
  ];
  assert.deepEqual(
    members.filter((word) => !text.includes(word)),
    [],
  );
});

test('what goes before another call never stands last, or it would be waited for', () => {
  const all = steps(9);
  all.forEach((step, index) => {
    if (typeof step === 'object' && 'action' in step && step.beside)
      assert.ok(typeof all[index - 1] === 'object', `step ${index} has none before it`);
  });
});

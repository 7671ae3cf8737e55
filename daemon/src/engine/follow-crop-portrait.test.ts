/** Networks of all shapes on wide and tall frames: nobody may be cut off at the sides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Extent } from './box.js';
import { FollowCrop } from './follow-crop.js';

const FRAMES = [
  [1280, 720],
  [640, 480],
  [480, 640],
] as const;

/** People as parts of the frame: one, two far apart, one at each edge. */
const PEOPLE: readonly Extent[] = [
  { left: 0.4, top: 0.2, right: 0.6, bottom: 1 },
  { left: 0.02, top: 0.3, right: 0.98, bottom: 1 },
  { left: 0, top: 0.1, right: 0.15, bottom: 0.9 },
  { left: 0.9, top: 0, right: 1, bottom: 1 },
];

test('whatever the shape of the network, the box holds all of the person', () => {
  for (const [width, height] of FRAMES) {
    for (const aspect of [144 / 256, 1, 16 / 9, 4]) {
      for (const part of PEOPLE) {
        const crop = new FollowCrop(width, height, aspect);
        const person = {
          left: part.left * width,
          top: part.top * height,
          right: part.right * width,
          bottom: part.bottom * height,
        };
        crop.observeFull(person);
        const [view] = crop.views;
        assert(view !== undefined);
        const { box } = view;
        const text = `${width}x${height}, ${aspect}: ${JSON.stringify(box)} around ${JSON.stringify(person)}`;
        assert(box.x <= person.left && box.x + box.width >= person.right, text);
        assert(box.y <= person.top && box.y + box.height >= person.bottom, text);
        assert(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, text);
      }
    }
  }
});

test('every part of every frame is a usable box', () => {
  for (const aspect of [144 / 256, 0.75, 1, 16 / 9, 4]) {
    for (const width of [16, 18, 24, 26, 32, 40, 100, 1200]) {
      for (const height of [16, 20, 24, 26, 32, 40, 100, 1200]) {
        const crop = new FollowCrop(width, height, aspect);
        const { full } = crop;
        crop.observeFull({ left: width / 2, top: height / 2, right: width / 2 + 1, bottom: height / 2 + 1 });
        for (const { box } of [
          full,
          ...crop.views,
          ...new FollowCrop(width, height, aspect).partsToSearch(),
        ]) {
          const text = `${JSON.stringify(box)} of ${width}x${height}, ${aspect}`;
          assert(box.width >= 16 && box.height >= 16, text);
          assert(
            box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
            text,
          );
          assert(
            Object.values(box).every((value) => value % 2 === 0),
            text,
          );
        }
      }
    }
  }
});

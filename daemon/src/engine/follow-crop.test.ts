import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Box, Extent } from './box.js';
import { FollowCrop } from './follow-crop.js';

const WIDTH = 1280;
const HEIGHT = 720;
const person = { left: 500, top: 200, right: 800, bottom: 720 };

function boxOf(crop: FollowCrop): Box {
  assert.equal(crop.views.length, 1);
  return (crop.views[0] ?? crop.full).box;
}

function observe(crop: FollowCrop, found: Extent | undefined): void {
  crop.observe([found && { ...found, across: 0 }]);
}

function assertUsable(box: Box): void {
  for (const value of [box.x, box.y, box.width, box.height]) {
    assert.equal(value % 2, 0, JSON.stringify(box));
    assert.ok(value >= 0);
  }
  assert.ok(box.width >= 16 && box.height >= 16, JSON.stringify(box));
  assert.ok(box.x + box.width <= WIDTH && box.y + box.height <= HEIGHT, JSON.stringify(box));
}

describe('FollowCrop', () => {
  it('looks at the whole frame until somebody is seen', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    assert.equal(crop.wantsFullPass, true);
    assert.deepEqual(boxOf(crop), { x: 0, y: 0, width: WIDTH, height: HEIGHT });
    crop.observeFull(undefined);
    assert.equal(crop.wantsFullPass, true);
    crop.observeFull(person);
    assert.equal(crop.wantsFullPass, false);
  });

  it('keeps the person inside with room around, and the shape near the one of the network', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    crop.observeFull(person);
    const box = boxOf(crop);
    assertUsable(box);
    assert.ok(box.x < person.left && box.x + box.width > person.right);
    assert.ok(box.y < person.top && box.y + box.height >= person.bottom);
    const stretch = box.width / box.height;
    assert.ok(stretch <= 1.12 && stretch >= 1 / 1.12, `stretch ${stretch}`);
  });

  it('turns its box with the frame, and two boxes with their order', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    crop.observeFull({ ...person, bottom: 600 });
    const before = boxOf(crop);
    crop.turn({ mirror: true, flip: false });
    assert.deepEqual(boxOf(crop), { ...before, x: WIDTH - before.x - before.width });
    crop.turn({ mirror: true, flip: true });
    assert.deepEqual(boxOf(crop), { ...before, y: HEIGHT - before.y - before.height });
    crop.turn({ mirror: false, flip: true });
    assert.deepEqual(boxOf(crop), before);

    const left = { left: 100, top: 300, right: 350, bottom: 720 };
    const right = { left: 900, top: 260, right: 1150, bottom: 720 };
    const two = new FollowCrop(WIDTH, HEIGHT, 1);
    two.observeFull({ left: 100, top: 260, right: 1150, bottom: 720 }, () => [left, right]);
    two.observe([
      { ...left, across: 0 },
      { ...right, across: 0 },
    ]);
    const [first, second] = two.views;
    assert.ok(first && second);
    two.turn({ mirror: true, flip: false });
    const [mirroredFirst, mirroredSecond] = two.views;
    const mirrored = ({ box }: { box: Box }) => ({ ...box, x: WIDTH - box.x - box.width });
    assert.deepEqual(mirroredFirst?.box, mirrored(second));
    assert.deepEqual(mirroredSecond?.box, mirrored(first));
    assert.equal(mirroredFirst?.to, mirroredSecond?.from, 'a border between the two');
    assert.equal(mirroredFirst?.to, WIDTH - first.to);
  });

  it('grows at once and shrinks slowly', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    crop.observeFull(person);
    const before = boxOf(crop);
    observe(crop, { ...person, left: 300 });
    const grown = boxOf(crop);
    assert.ok(grown.x < 300);
    observe(crop, person);
    assert.ok(boxOf(crop).x < before.x, 'one small frame does not shrink it back');
    for (let i = 0; i < 200; i++) observe(crop, person);
    assert.ok(Math.abs(boxOf(crop).x - before.x) <= 4, 'many do');
  });

  it('looks at the whole frame now and then, and at once when the person is lost', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    crop.observeFull(person);
    let frames = 0;
    while (!crop.wantsFullPass) {
      observe(crop, person);
      frames++;
      assert.ok(frames < 100);
    }
    assert.ok(frames >= 5, 'not on every frame');
    crop.observeFull(person);
    observe(crop, undefined);
    assert.equal(crop.wantsFullPass, true);
  });

  it('takes somebody who enters beside the first person into the box', () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    crop.observeFull({ left: 100, top: 200, right: 300, bottom: 720 });
    crop.observeFull({ left: 100, top: 200, right: 900, bottom: 720 });
    assert.ok(boxOf(crop).x + boxOf(crop).width >= 900);
  });

  it('gives usable boxes for every extent, however small or at the edge', () => {
    let seed = 7;
    const random = (limit: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return (seed / 2147483648) * limit;
    };
    const crop = new FollowCrop(WIDTH, HEIGHT, 16 / 9);
    for (let i = 0; i < 5000; i++) {
      const left = random(WIDTH - 1);
      const top = random(HEIGHT - 1);
      const extent = {
        left,
        top,
        right: left + 1 + random(WIDTH - left - 1),
        bottom: top + 1 + random(HEIGHT - top - 1),
      };
      if (random(1) < 0.1) crop.observeFull(extent);
      else observe(crop, random(1) < 0.05 ? undefined : extent);
      assertUsable(boxOf(crop));
    }
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Frame } from '@backscrub/native';
import { SceneSource } from '../scene-source.js';
import { i420FromRgb, rgbAt } from '../testing/exact-colour.js';
import { i420Of } from '../testing/files.js';
import { colourCard } from './colour-card.js';
import { POSE_COUNT, poseAt, poseIndex } from './pose.js';
import { Scene } from './scene.js';

const WIDTH = 320;
const HEIGHT = 180;

test('a frame depends on its number only', async () => {
  const [first, second] = await Promise.all(
    [new Scene(WIDTH, HEIGHT), new Scene(WIDTH, HEIGHT)].map((scene) => scene.compose(41)),
  );
  assert.ok(first && second && first.rgb.equals(second.rgb) && first.alpha.equals(second.alpha));
});

test('the matte is exact: the room where it is 0, the person where it is 255, nothing else between', async () => {
  const scene = new Scene(WIDTH, HEIGHT);
  const room = await scene.renderRoom();
  for (const number of [0, 70]) {
    const [{ rgb, alpha }, person] = await Promise.all([scene.compose(number), scene.renderPerson(number)]);
    let soft = 0;
    for (let pixel = 0; pixel < alpha.length; pixel++) {
      const at = alpha[pixel] ?? 0;
      const shown = rgb.subarray(pixel * 3, pixel * 3 + 3);
      if (at === 0) assert.ok(shown.equals(room.subarray(pixel * 3, pixel * 3 + 3)), `room at ${pixel}`);
      else if (at === 255)
        assert.ok(shown.equals(person.subarray(pixel * 4, pixel * 4 + 3)), `person at ${pixel}`);
      else soft++;
    }
    const inside = alpha.filter((value) => value === 255).length / alpha.length;
    assert.ok(inside > 0.2 && inside < 0.6, `the person covers ${inside}`);
    assert.ok(soft / alpha.length < 0.03, `${soft} pixels are neither`);
    assert.equal(alpha[0], 0);
    assert.equal(alpha[Math.floor(HEIGHT * 0.4) * WIDTH + WIDTH / 2], 255, 'the face is solid');
  }
});

test('the person moves, and the loop has no jump', async () => {
  const scene = new Scene(WIDTH, HEIGHT);
  const [still, moved] = await Promise.all([scene.compose(0), scene.compose(75)]);
  assert.ok(!still.alpha.equals(moved.alpha));
  const period = 2 * (POSE_COUNT - 1);
  for (let number = 0; number < 2 * period; number++) {
    assert.ok(Math.abs(poseIndex(number + 1) - poseIndex(number)) <= 1);
    assert.equal(poseIndex(number + period), poseIndex(number));
  }
  assert.equal(poseAt(0).hand, 0);
  assert.equal(poseAt(POSE_COUNT - 1).hand, 1);
});

test('impossible sizes are refused', () => {
  for (const [width, height] of [
    [0, 2],
    [3, 2],
    [2, 9000],
    [2.5, 2],
    [Number.NaN, 2],
  ] as const) {
    assert.throws(() => new Scene(width, height), RangeError);
  }
});

test('the source shows the scene, frame by frame, and ends', async () => {
  const source = new SceneSource({ width: WIDTH, height: HEIGHT, frameCount: 3 });
  const shown = new Frame(WIDTH, HEIGHT);
  const expected = new Frame(WIDTH, HEIGHT);
  for (let number = 0; number < 3; number++) {
    assert.ok(await source.next(shown));
    expected.loadRgb((await new Scene(WIDTH, HEIGHT).compose(source.sceneFrame(number))).rgb);
    assert.ok(i420Of(shown).equals(i420Of(expected)));
  }
  assert.equal(await source.next(shown), false);
  await source.close();
});

test('memory stays bounded: large scenes show fewer poses', () => {
  const poses = (width: number, height: number) => {
    const source = new SceneSource({ width, height });
    return new Set(Array.from({ length: 400 }, (_, number) => source.sceneFrame(number))).size;
  };
  assert.equal(poses(1280, 720), POSE_COUNT);
  assert.ok(poses(1920, 1080) * 1920 * 1080 * 1.5 <= 128 * 1024 * 1024);
  assert.ok(poses(1920, 1080) > 20);
});

test('the colour card has its colours, and 4:2:0 keeps them within 3 levels', () => {
  for (const [width, height] of [
    [640, 480],
    [1280, 720],
    [194, 192],
  ] as const) {
    const card = colourCard(width, height);
    const kept = i420FromRgb(card.rgb, width, height);
    assert.equal(card.patches.length, 9);
    for (const { name, rgb, x, y, width: wide, height: high } of card.patches) {
      for (const [atX, atY] of [
        [x, y],
        [x + wide - 1, y + high - 1],
      ] as const) {
        const at = (atY * width + atX) * 3;
        assert.deepEqual([...card.rgb.subarray(at, at + 3)], [...rgb], name);
        const shown = rgbAt(kept, width, height, atX, atY);
        rgb.forEach((value, channel) => {
          assert.ok(Math.abs((shown[channel] ?? 0) - value) <= 3, `${name}: ${shown}`);
        });
      }
    }
  }
  assert.throws(() => colourCard(100, 100), RangeError);
});

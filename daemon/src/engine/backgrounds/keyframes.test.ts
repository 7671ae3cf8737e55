import assert from 'node:assert/strict';
import { it } from 'node:test';
import { i420Of } from '../testing/files.js';
import { colourFrame } from './colour.js';
import { KeyframesBackground } from './keyframes.js';

const SIZE = { width: 32, height: 16 };

it('a loop of key pictures begins with the first one, also for a moment before', async () => {
  const keys = [colourFrame([255, 0, 0], SIZE), colourFrame([0, 0, 255], SIZE)];
  const red = i420Of(colourFrame([255, 0, 0], SIZE));
  const background = new KeyframesBackground(keys, SIZE, 4000);
  assert.deepEqual(i420Of(background.frame(1000)), red);
  assert.deepEqual(i420Of(background.frame(980)), red);
  assert.notDeepEqual(i420Of(background.frame(2000)), red);
  await background.close();
});

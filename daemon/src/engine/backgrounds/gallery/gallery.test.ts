import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Frame } from '@backscrub/native';
import { i420Of, rejects } from '../../testing/files.js';
import { loadBackground } from '../load.js';
import { galleryList } from './index.js';

const WIDTH = 320;
const HEIGHT = 180;

/** Standard deviation of luma, and whether the rim is darker than what is beside it. */
function measure(frame: Frame): { spread: number; rim: number } {
  const luma = i420Of(frame).subarray(0, WIDTH * HEIGHT);
  const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length;
  const spread = Math.sqrt(luma.reduce((sum, value) => sum + (value - mean) ** 2, 0) / luma.length);
  let rim = 0;
  for (let y = 0; y < HEIGHT; y++) rim += (luma[y * WIDTH + 3] ?? 0) - (luma[y * WIDTH] ?? 0);
  return { spread, rim: rim / HEIGHT };
}

describe('the gallery', () => {
  it('has at least ten, each under a name of its own, one of them animated', () => {
    const list = galleryList();
    assert.ok(list.length >= 10);
    assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
    assert.ok(list.some(({ kind }) => kind === 'animated'));
    for (const { id, name } of list) assert.match(`${id} ${name}`, /^builtin:[a-z]+(-[a-z]+)* \S/);
  });

  for (const { id, kind } of galleryList()) {
    it(`draws ${id}`, async () => {
      const background = await loadBackground(id, WIDTH, HEIGHT);
      const { spread, rim } = measure(background.frame(0));
      assert.ok(spread > 4, `it shows something: ${spread}`);
      assert.ok(rim < 25, `no dark line at the rim: ${rim}`);
      const first = i420Of(background.frame(0));
      const changed = Buffer.compare(first, i420Of(background.frame(4000))) !== 0;
      assert.equal(changed, kind === 'animated');
      await background.close();
    });
  }

  it('moves without a jump, also where the loop begins again', async () => {
    const background = await loadBackground('builtin:slow-light', WIDTH, HEIGHT);
    let last = i420Of(background.frame(0));
    let most = 0;
    for (let ms = 0; ms <= 33_000; ms += 100) {
      const now = i420Of(background.frame(ms));
      let sum = 0;
      for (let i = 0; i < WIDTH * HEIGHT; i += 7) sum += Math.abs((now[i] ?? 0) - (last[i] ?? 0));
      most = Math.max(most, sum / ((WIDTH * HEIGHT) / 7));
      last = now;
    }
    assert.ok(most > 0.01 && most < 1.5, `${most} levels in a tenth of a second`);
    await background.close();
  });

  it('says what there is when there is no such picture', async () => {
    await rejects(
      loadBackground('builtin:no-such', WIDTH, HEIGHT),
      'UnknownBackground',
      /plain-wall, living-room/,
    );
  });
});

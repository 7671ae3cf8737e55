import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Backdrop, Stopwatch } from '@backscrub/native';
import { DEFAULT_BACKGROUND } from '../shared/names.js';
import type { Look } from '../shared/protocol.js';
import { type Background, StillBackground } from './backgrounds/background.js';
import { colourFrame } from './backgrounds/colour.js';
import { Effects } from './effects.js';
import { ShownLook } from './shown-look.js';
import { STAGES } from './stages.js';
import { i420Of, rejects } from './testing/files.js';

const SIZE = { width: 32, height: 16 };
const LOOK: Look = { mode: 'replace', background: 'color:#00ff00', blurStrength: 50, effects: [] };
const PLAIN = planes([0x2e, 0x34, 0x36]);
const GREEN = planes([0, 0xff, 0]);

function planes(rgb: [number, number, number]): Buffer {
  return i420Of(colourFrame(rgb, SIZE));
}

/** A background whose file cannot be read any more. */
class Broken implements Background {
  readonly warning = undefined;
  closed = false;

  frame(): Backdrop {
    throw new Error('EIO: i/o error, read');
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function showing(look: Look, background: Background): ShownLook {
  const effects = new Effects(SIZE.width, SIZE.height, new Stopwatch(STAGES.length));
  const frames = { ended: async () => {}, next: async () => {} };
  return new ShownLook(SIZE, {}, effects, frames, { look, background, effects: effects.prepare([]) });
}

/** What stands behind the person in a frame. */
function behind(shown: ShownLook): Buffer {
  const scratch = colourFrame([0, 0, 0], SIZE);
  return i420Of(shown.mix(shown.now, scratch, performance.now(), ({ background }) => background.frame(0)));
}

describe('ShownLook', () => {
  it('hides the room with a plain background when that of the look fails, which is loaded once more', async () => {
    const broken = new Broken();
    const shown = showing({ ...LOOK, mode: 'passthrough' }, broken);
    let cover: Buffer | undefined;
    const changed = shown.change(LOOK, (frame) => {
      cover = i420Of(frame);
    });
    assert.deepEqual(cover, PLAIN, 'in the turn in which it is asked for');
    assert.ok(!shown.reveals);
    assert.deepEqual(behind(shown), PLAIN, 'in the next frame');
    await changed;
    assert.ok(broken.closed);
    assert.deepEqual(shown.now.look, LOOK);
    assert.deepEqual(behind(shown), GREEN);
    await shown.close();
  });

  it('stays with the plain background when the one that fails is gone', async () => {
    const look = { ...LOOK, background: '/nowhere.png' };
    const shown = showing({ ...look, mode: 'passthrough' }, new Broken());
    let covers = 0;
    await rejects(
      shown.change(look, () => covers++),
      'UnknownBackground',
      /nowhere/,
    );
    assert.equal(covers, 1);
    assert.ok(!shown.reveals);
    assert.equal(shown.now.look.background, DEFAULT_BACKGROUND);
    assert.deepEqual(behind(shown), PLAIN);
    await shown.close();
  });

  it('fades from no background that fails', async () => {
    const broken = new Broken();
    const shown = showing({ ...LOOK, background: 'color:#ff0000' }, broken);
    const superseded = assert.rejects(shown.change({ ...LOOK, mode: 'passthrough' }), /Superseded/);
    let cover: Buffer | undefined;
    const changed = shown.change({ ...LOOK, crossFade: 60_000 }, (frame) => {
      cover = i420Of(frame);
    });
    assert.deepEqual(cover, PLAIN);
    assert.deepEqual(behind(shown), PLAIN);
    await Promise.all([changed, superseded]);
    assert.ok(broken.closed);
    behind(shown);
    await shown.close();
  });

  it('covers the room with the picture of the look that is at hand', async () => {
    const shown = showing(
      { ...LOOK, mode: 'passthrough' },
      new StillBackground(colourFrame([0, 255, 0], SIZE)),
    );
    let cover: Buffer | undefined;
    await shown.change(LOOK, (frame) => {
      cover = i420Of(frame);
    });
    assert.deepEqual(cover, GREEN);
    await shown.close();
  });
});

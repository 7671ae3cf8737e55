import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Doubt, WayUp } from './way-up.js';

const CLEAR: Doubt = { person: 0.25, between: 0.03, top: 0 };
const DOUBTFUL: Doubt = { person: 0.5, between: 0.16, top: 0.3 };
/** The head of somebody upside down, of whom the network sees no more. */
const HEAD: Doubt = { person: 0.078, between: 0.013, top: 0 };
const NOBODY: Doubt = { person: 0, between: 0.01, top: 0 };
const THING: Doubt = { person: 0.02, between: 0.02, top: 0 };

/** Looks at the whole frame, of `count`, in which the other way is tried. */
function tries(way: WayUp, seen: Doubt, other: Doubt, count: number): number[] {
  const at: number[] = [];
  for (let look = 0; look < count; look++) {
    if (!way.wantsOther(seen)) continue;
    at.push(look);
    way.decide(seen, other);
  }
  return at;
}

describe('WayUp', () => {
  it('asks for a second look at somebody who is seen clearly at first, and seldom after that', () => {
    const way = new WayUp();
    assert.deepEqual(tries(way, CLEAR, DOUBTFUL, 70), [0, 16, 32, 48, 64]);
    assert.equal(way.flip, false);
    assert.equal(way.wantsOther(DOUBTFUL), true, 'a doubt is looked at without delay');
  });

  it('is not content with a head that it sees clearly', () => {
    const way = new WayUp();
    const somebody: Doubt = { person: 0.23, between: 0.02, top: 0 };
    assert.equal(way.wantsOther(HEAD), true);
    assert.equal(way.decide(HEAD, somebody), true);
    const upright = new WayUp();
    assert.equal(upright.wantsOther(somebody), true);
    assert.equal(
      upright.decide(somebody, HEAD),
      false,
      'all of somebody with more doubt is worth more than a head',
    );
    const wide: Doubt = { person: 0.34, between: 0.043, top: 0 };
    assert.equal(new WayUp().decide(wide, { person: 0.102, between: 0.0135, top: 0 }), false);
  });

  it('finds out later that it has seen only a head', () => {
    const way = new WayUp();
    tries(way, CLEAR, DOUBTFUL, 1);
    const at = tries(way, HEAD, CLEAR, 20);
    assert.deepEqual(at, [15, 16]);
    assert.equal(way.flip, true);
  });

  it('stays with a camera that stands where both ways are worth the same', () => {
    const way = new WayUp();
    const other: Doubt = { person: 0.149, between: 0.0475, top: 0 };
    assert.equal(way.decide({ person: 0.181, between: 0.067, top: 0 }, other), false);
  });

  it('turns the pictures in the first look when they are upside down, and leaves it at that', () => {
    const way = new WayUp();
    assert.equal(way.wantsOther(DOUBTFUL), true);
    assert.equal(way.decide(DOUBTFUL, CLEAR), true);
    assert.equal(way.flip, true);
    tries(way, CLEAR, DOUBTFUL, 100);
    assert.equal(way.flip, true);
  });

  it('tries ever more seldom while the way is right', () => {
    const way = new WayUp();
    const worse = { ...DOUBTFUL, between: 0.2 };
    assert.deepEqual(tries(way, DOUBTFUL, worse, 70), [0, 2, 5, 10, 19, 36, 53]);
    assert.equal(way.flip, false);
  });

  it('does not flap: once decided, the other way has to be clearly better twice in a row', () => {
    const way = new WayUp();
    const alittle = { ...DOUBTFUL, between: 0.15 };
    tries(way, DOUBTFUL, { ...DOUBTFUL, between: 0.2 }, 1);
    tries(way, DOUBTFUL, alittle, 50);
    assert.equal(way.flip, false);
    while (!way.wantsOther(DOUBTFUL));
    assert.equal(way.decide(DOUBTFUL, CLEAR), false);
    assert.equal(way.wantsOther(DOUBTFUL), true, 'the next look is for the second vote');
    assert.equal(way.decide(DOUBTFUL, CLEAR), true);
    assert.equal(way.flip, true);
  });

  it('takes no thing in an empty room for somebody upside down, but somebody who is seen clearly', () => {
    const way = new WayUp();
    tries(way, NOBODY, THING, 40);
    tries(way, NOBODY, NOBODY, 40);
    assert.equal(way.flip, false);
    while (!way.wantsOther(NOBODY));
    assert.equal(way.decide(NOBODY, CLEAR), true);
    assert.equal(way.flip, true);
    assert.deepEqual(tries(way, NOBODY, CLEAR, 40), [], 'a camera does not turn because nobody is there');
    assert.equal(way.wantsOther(DOUBTFUL), true, 'somebody who comes in is looked at');
  });

  it('does not turn the pictures for seeing less of somebody far away', () => {
    const way = new WayUp();
    const far = { person: 0.036, between: 0.021, top: 0 };
    const part = { person: 0.019, between: 0.014, top: 0 };
    tries(way, far, part, 40);
    assert.equal(way.flip, false);
  });

  it('goes with a turn of the pictures, and starts over with another camera', () => {
    const way = new WayUp();
    way.turn();
    assert.equal(way.flip, true);
    way.reset();
    assert.equal(way.flip, false);
    assert.equal(way.wantsOther(DOUBTFUL), true);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Box, Extent } from './box.js';
import { chooseViews, type Eye } from './choose-box.js';
import { type Crop, FollowCrop, type View, WholeFrame } from './follow-crop.js';
import { type Person, RectanglesEye } from './testing/rectangles-eye.js';

const WIDTH = 1280;
const HEIGHT = 720;
/** Longest time, in frames, that somebody may stay unseen who enters beside another one. */
const HALF_A_SECOND = 15;
/** Shapes of networks' inputs: wide, camera-like, square, and upright. */
const SHAPES = [16 / 9, 5 / 3, 1, 3 / 4, 9 / 16];

/** People as rectangles, and a network that sees those parts of them that are in the box. */
class World {
  readonly crop: Crop;
  readonly #eye = new RectanglesEye(WIDTH);
  #frames = 0;

  constructor(aspect: number) {
    this.crop = new FollowCrop(WIDTH, HEIGHT, aspect);
  }

  get looks(): number {
    return this.#eye.looks;
  }

  /** @returns what was looked at; an empty box when nobody is found, that around both where there are two */
  async frame(...people: Person[]): Promise<Box> {
    return around(await this.views(...people));
  }

  async views(...people: Person[]): Promise<readonly View[]> {
    this.#eye.people = people;
    this.#eye.looks = 0;
    const views = await chooseViews(this.crop, this.#eye);
    assert.ok(this.looks <= (this.#frames++ === 0 ? 6 : 4), 'a frame costs so many runs at most');
    return views;
  }
}

function around(views: readonly View[]): Box {
  if (views.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const boxes = views.map(({ box }) => box);
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** For a network that has been told what to see; never two. */
function eye(look: (box: Box) => Promise<Extent | undefined>): Eye {
  return {
    look: async ({ box }) => {
      const found = await look(box);
      return found && { ...found, across: 0 };
    },
    pair: () => undefined,
  };
}

async function chooseBox(
  crop: Crop,
  look: (box: Box) => Promise<Extent | undefined>,
): Promise<Box | undefined> {
  return (await chooseViews(crop, eye(look)))[0]?.box;
}

function holds(box: Box, person: Extent): boolean {
  return (
    box.x <= person.left &&
    box.y <= person.top &&
    box.x + box.width >= person.right &&
    box.y + box.height >= person.bottom
  );
}

function touches(box: Box, person: Extent): boolean {
  return box.x < person.right && person.left < box.x + box.width;
}

/** The part of somebody that is in the picture. */
function standing(middle: number, width = 240, height = 460): Extent {
  return {
    left: Math.max(0, middle - width / 2),
    top: HEIGHT - height,
    right: Math.min(WIDTH, middle + width / 2),
    bottom: HEIGHT,
  };
}

for (const aspect of SHAPES) {
  describe(`a network of shape ${aspect.toFixed(2)}`, () => {
    it('holds one person, wherever they are', async () => {
      for (const middle of [130, 400, 640, 900, 1150]) {
        const world = new World(aspect);
        for (let i = 0; i < 40; i++) {
          const person = standing(middle);
          assert.ok(holds(await world.frame(person), person), `${middle}, frame ${i}`);
        }
      }
    });

    it('holds two people far apart', async () => {
      const world = new World(aspect);
      const [left, right] = [standing(130), standing(1150, 120, 200)];
      for (let i = 0; i < 40; i++) {
        const box = await world.frame(left, right);
        assert.ok(holds(box, left) && holds(box, right), `frame ${i}: ${JSON.stringify(box)}`);
      }
    });

    it('takes in whole, and soon, somebody who enters from the side', async () => {
      const world = new World(aspect);
      const here = standing(300);
      for (let i = 0; i < 30; i++) await world.frame(here);
      let unseen = 0;
      for (let i = 0; i < 60; i++) {
        const guest = standing(WIDTH + 110 - i * 10);
        const box = await world.frame(here, guest);
        assert.ok(holds(box, here), 'who is there stays');
        if (!holds(box, guest)) {
          assert.ok(!touches(box, guest), `cut in frame ${i}: ${JSON.stringify({ box, guest })}`);
          unseen++;
        }
      }
      assert.ok(unseen <= HALF_A_SECOND, `${unseen} frames unseen`);
    });

    it('does not cut what reaches out of the box', async () => {
      const world = new World(aspect);
      const person = standing(640, 200, 300);
      for (let i = 0; i < 100; i++) await world.frame(person);
      for (const arm of [100, 250, 400]) {
        const reaching = { ...person, left: person.left - arm, top: person.top - arm };
        assert.ok(holds(await world.frame(reaching), reaching), `arm of ${arm}`);
        for (let i = 0; i < 100; i++) await world.frame(person);
      }
    });

    it('finds somebody who is lost in that very frame', async () => {
      const world = new World(aspect);
      for (let i = 0; i < 20; i++) await world.frame(standing(200, 100, 200));
      const elsewhere = standing(1000, 100, 200);
      assert.ok(holds(await world.frame(elsewhere), elsewhere), 'jumped');
      let looks = 0;
      for (let i = 0; i < 40; i++) {
        assert.equal((await world.frame()).width, 0, 'nobody is there');
        looks += world.looks;
      }
      assert.ok(looks <= 50, `${looks} runs for 40 frames of an empty room`);
      const back = standing(300);
      assert.ok(holds(await world.frame(back), back), 'came back');
    });

    it('costs one run for each frame, and one more now and then', async () => {
      const world = new World(aspect);
      let looks = 0;
      for (let i = 0; i < 300; i++) {
        await world.frame(standing(640 + 40 * Math.sin(i / 10), 150, 300));
        looks += world.looks;
      }
      assert.ok(looks <= 300 * 1.08, `${looks} runs for 300 frames`);
    });
  });
}

describe('somebody too small to be seen in the whole frame', () => {
  const far = standing(420, 60, 200);
  /** Sees who is at least a third as high as what is looked at. */
  const nearSighted = (people: () => Extent[]) => async (box: Box) =>
    people().find((person) => holds(box, person) && person.bottom - person.top >= box.height * 0.3);

  for (const aspect of SHAPES) {
    it(`is found in the first frame, and later within a second: shape ${aspect.toFixed(2)}`, async () => {
      const crop = new FollowCrop(WIDTH, HEIGHT, aspect);
      let people = [far];
      const look = nearSighted(() => people);
      const first = await chooseBox(crop, look);
      assert.ok(first && holds(first, far));
      people = [];
      for (let i = 0; i < 30; i++) await chooseBox(crop, look);
      people = [far];
      let frames = 0;
      while ((await chooseBox(crop, look)) === undefined) frames++;
      assert.ok(frames <= 30, `${frames} frames`);
    });
  }

  it('is not taken for a person when it is a speck of the part', async () => {
    const crop = new FollowCrop(WIDTH, HEIGHT, 1);
    const speck = standing(420, 20, 30);
    const box = await chooseBox(crop, async (part) => (part.width < WIDTH ? speck : undefined));
    assert.equal(box, undefined);
  });
});

describe('a new model', () => {
  it('goes on in the box of the one before', async () => {
    const [old, fresh] = [new FollowCrop(WIDTH, HEIGHT, 1), new FollowCrop(WIDTH, HEIGHT, 16 / 9)];
    const person = standing(300, 100, 200);
    await chooseBox(old, async () => person);
    fresh.adopt(old);
    let looks = 0;
    const box = await chooseBox(fresh, async () => {
      looks++;
      return person;
    });
    assert.equal(looks, 1);
    assert.ok(box && holds(box, person));
  });
});

describe('WholeFrame', () => {
  it('looks once, at everything', async () => {
    const crop = new WholeFrame(WIDTH, HEIGHT);
    let looks = 0;
    for (const found of [undefined, standing(640)]) {
      const box = await chooseBox(crop, async () => {
        looks++;
        return found;
      });
      assert.deepEqual(box, found && { x: 0, y: 0, width: WIDTH, height: HEIGHT });
    }
    assert.equal(looks, 2);
  });
});

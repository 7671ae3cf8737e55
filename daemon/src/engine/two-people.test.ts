/** Two people who are apart have a box each: nobody is cut off when they come together, part, enter or leave. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Extent } from './box.js';
import { chooseViews } from './choose-box.js';
import { FollowCrop, type View } from './follow-crop.js';
import { type Person, RectanglesEye } from './testing/rectangles-eye.js';

const WIDTH = 1280;
const HEIGHT = 720;
const HALF_A_SECOND = 15;

class Scene {
  readonly crop: FollowCrop;
  readonly eye = new RectanglesEye(WIDTH);

  constructor(aspect = 1) {
    this.crop = new FollowCrop(WIDTH, HEIGHT, aspect);
  }

  async frame(...people: Person[]): Promise<readonly View[]> {
    this.eye.people = people;
    this.eye.looks = 0;
    const views = await chooseViews(this.crop, this.eye);
    assert.ok(this.eye.looks <= 6, `${this.eye.looks} runs for a frame`);
    return views;
  }

  async frames(count: number, ...people: Person[]): Promise<readonly View[]> {
    for (let i = 1; i < count; i++) await this.frame(...people);
    return this.frame(...people);
  }
}

function standing(middle: number, width = 220, height = 420): Person {
  return { left: middle - width / 2, top: HEIGHT - height, right: middle + width / 2, bottom: HEIGHT };
}

/** Whether all of somebody is shown: left of the border what the first box holds counts, right of it the second. */
function shows(views: readonly View[], person: Extent): boolean {
  const left = Math.max(0, person.left);
  const right = Math.min(WIDTH, person.right);
  return views.every(({ box, from, to }) => {
    const [a, b] = [Math.max(left, from), Math.min(right, to)];
    return (
      a >= b ||
      (box.x <= a && box.x + box.width >= b && box.y <= person.top && box.y + box.height >= person.bottom)
    );
  });
}

function assertShown(views: readonly View[], people: readonly Person[], text: string): void {
  assert.ok(views.length > 0, text);
  for (const person of people)
    assert.ok(shows(views, person), `${text}: ${JSON.stringify({ views, person })}`);
}

const LEFT = standing(280);
const RIGHT = standing(1000);

describe('two people who are apart', () => {
  it('have a box each, which is much smaller than one for both', async () => {
    const scene = new Scene();
    const views = await scene.frames(3, LEFT, RIGHT);
    assert.equal(views.length, 2);
    assert.equal(scene.eye.looks, 2);
    assertShown(views, [LEFT, RIGHT], 'apart');
    for (const { box } of views) assert.ok(box.width * box.height < 0.6 * WIDTH * HEIGHT);
  });

  it('have one box where a wide network sees them no larger in two', async () => {
    const scene = new Scene(16 / 9);
    const views = await scene.frames(40, standing(440, 200, 330), standing(840, 200, 330));
    assert.equal(views.length, 1);
    assert.ok(scene.eye.looks <= 2);
  });

  it('cost two runs for each frame, and one more now and then', async () => {
    const scene = new Scene();
    let looks = 0;
    for (let i = 0; i < 300; i++) {
      const sway = 20 * Math.sin(i / 12);
      await scene.frame(standing(280 + sway), standing(1000 - sway));
      looks += scene.eye.looks;
    }
    assert.ok(looks >= 600 && looks <= 300 * 2.1, `${looks} runs for 300 frames`);
  });

  for (const aspect of [16 / 9, 1, 9 / 16]) {
    it(`come together and part again without a cut: shape ${aspect.toFixed(2)}`, async () => {
      const scene = new Scene(aspect);
      for (let i = 0; i < 400; i++) {
        const step = 360 * Math.cos((i * 2 * Math.PI) / 200);
        const people = [standing(640 - step), standing(640 + step)];
        assertShown(await scene.frame(...people), people, `frame ${i}`);
      }
    });
  }

  it('lose their second box only when they touch, and get it back only when they stay apart', async () => {
    const scene = new Scene();
    const [left, right] = [standing(280, 300, 300), standing(1000, 300, 300)];
    await scene.frames(3, left, right);
    for (let near = 1000; near > 600; near -= 6)
      assert.equal((await scene.frame(left, standing(near, 300, 300))).length, 2, `at ${near}`);
    assert.equal((await scene.frames(2, left, standing(570, 300, 300))).length, 1);
    assert.equal((await scene.frames(5, left, right)).length, 1, 'not at once');
    assert.equal((await scene.frames(3 * HALF_A_SECOND, left, right)).length, 2);
  });

  it('are tried ever more seldom when they are not apart in boxes of their own, and shown meanwhile', async () => {
    const scene = new Scene();
    const table = { left: LEFT.right, top: 640, right: RIGHT.left, bottom: HEIGHT };
    let looks = 0;
    for (let i = 0; i < 600; i++) {
      const views = await scene.frame(LEFT, RIGHT, table);
      assert.equal(views.length, 1, `frame ${i}`);
      assertShown(views, [LEFT, RIGHT, table], `frame ${i}`);
      looks += scene.eye.looks;
    }
    assert.ok(looks <= 600 * 1.05, `${looks} runs for 600 frames`);
  });

  it('become one when the other leaves, and the one who stays is not lost', async () => {
    const scene = new Scene();
    for (let i = 0; i < 120; i++) {
      const leaving = standing(1000 + 8 * i);
      const people = leaving.left < WIDTH ? [LEFT, leaving] : [LEFT];
      assertShown(await scene.frame(...people), people, `frame ${i}`);
    }
    assert.equal((await scene.frames(20, LEFT)).length, 1);
    assert.ok(scene.eye.looks <= 2);
  });

  it('one of whom is gone at once are one in that very frame', async () => {
    const scene = new Scene();
    await scene.frames(3, LEFT, RIGHT);
    for (const stays of [LEFT, RIGHT]) assertShown(await scene.frame(stays), [stays], 'stays');
  });

  it('are joined by a third within half a second, wherever they come from', async () => {
    // The last one fills all that is between them.
    for (const third of [
      standing(640, 120, 380),
      standing(1210, 100, 400),
      standing(60, 100, 400),
      standing(640, 500),
    ]) {
      const scene = new Scene();
      await scene.frames(3, LEFT, RIGHT);
      const people = [LEFT, RIGHT, third];
      let unseen = 0;
      while (!shows(await scene.frame(...people), third)) unseen++;
      assert.ok(unseen <= HALF_A_SECOND, `${unseen} frames unseen`);
      for (let i = 0; i < 40; i++) assertShown(await scene.frame(...people), people, `frame ${i}`);
    }
  });

  it('are joined by somebody outside of both boxes whom only the whole frame shows', async () => {
    const scene = new Scene();
    const people = [LEFT, standing(900), standing(1250, 50)] as const;
    await scene.frames(3, people[0], people[1]);
    scene.eye.pair = () => undefined;
    const views = await scene.frames(HALF_A_SECOND + 1, ...people);
    assertShown(views, people, 'joined');
  });

  it('of whom one is a thing when looked at closely', async () => {
    const scene = new Scene();
    const { eye } = scene;
    const look = eye.look.bind(eye);
    eye.look = async (view) => {
      eye.people = view.box.width === WIDTH ? [LEFT, RIGHT] : [LEFT];
      return look(view);
    };
    for (let i = 0; i < 40; i++) assertShown(await chooseViews(scene.crop, eye), [LEFT], `frame ${i}`);
  });

  it('keep the one who is too small for the whole frame', async () => {
    const scene = new Scene();
    await scene.frames(3, LEFT, RIGHT);
    // From now on a look at the whole frame shows the left one only.
    const { eye } = scene;
    const look = eye.look.bind(eye);
    eye.look = async (view) => {
      eye.people = view.box.width === WIDTH ? [LEFT] : [LEFT, RIGHT];
      return look(view);
    };
    for (let i = 0; i < 40; i++) assertShown(await chooseViews(scene.crop, eye), [LEFT, RIGHT], `frame ${i}`);
  });
});

describe('somebody alone', () => {
  for (const [what, hand] of [
    ['a hand', { left: 980, top: 300, right: 1060, bottom: 420 }],
    ['a lamp', { left: 1180, top: 250, right: 1240, bottom: HEIGHT }],
  ] as const)
    it(`has one box, also with ${what} beside them`, async () => {
      const scene = new Scene();
      let looks = 0;
      for (let i = 0; i < 300; i++) {
        const views = await scene.frame(standing(400, 300, 500), ...(i % 60 < 40 ? [hand] : []));
        assert.equal(views.length, 1, `frame ${i}`);
        looks += scene.eye.looks;
      }
      assert.ok(looks <= 300 * 1.15, `${looks} runs`);
    });
});

describe('a new model', () => {
  it('takes both over, with one box for a network that is not better off with two', async () => {
    const scene = new Scene();
    await scene.frames(3, LEFT, RIGHT);
    for (const [aspect, boxes] of [
      [1, 2],
      [4, 1],
    ] as const) {
      const next = new Scene(aspect);
      next.crop.adopt(scene.crop);
      const views = await next.frame(LEFT, RIGHT);
      assertShown(views, [LEFT, RIGHT], 'first frame');
      assert.equal(views.length, boxes);
    }
  });
});

it('nobody who moves slower than a run is cut, whatever three people do', async () => {
  let seed = 11;
  const random = (limit: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return (seed / 2147483648) * limit;
  };
  for (const aspect of [16 / 9, 1, 3 / 4]) {
    const scene = new Scene(aspect);
    const people = [200, 640, 1080].map((at) => ({ at, speed: 0, width: 120 + random(100) }));
    let pairs = 0;
    for (let i = 0; i < 3000; i++) {
      for (const one of people) {
        one.speed = Math.max(-8, Math.min(8, one.speed + random(2) - 1));
        one.at += one.speed;
        if (one.at < 130 || one.at > WIDTH - 130) one.speed = -one.speed;
        one.at = Math.max(120, Math.min(WIDTH - 120, one.at));
      }
      const now = people.map(({ at, width }) => standing(at, width));
      const views = await scene.frame(...now);
      if (views.length === 2) pairs++;
      assertShown(views, now, `shape ${aspect.toFixed(2)}, frame ${i}`);
    }
    if (aspect <= 1) assert.ok(pairs > 100, `${pairs} frames with two boxes`);
  }
});

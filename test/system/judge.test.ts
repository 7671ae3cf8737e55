import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Judge } from './judge.js';
import { shown, showsRoom } from './records.js';
import { References, withPicture } from './references.js';
import { type Rgb, type Size, toYuyv } from './yuyv.js';

const SIZE: Size = { width: 256, height: 128 };

function paint(colour: (x: number, y: number) => Rgb): Uint8Array {
  const rgb = new Uint8Array(SIZE.width * SIZE.height * 3);
  for (let y = 0, at = 0; y < SIZE.height; y++)
    for (let x = 0; x < SIZE.width; x++, at += 3) rgb.set(colour(x, y), at);
  return toYuyv(rgb, SIZE);
}

const BARS: readonly [Rgb, Rgb] = [
  [230, 230, 230],
  [40, 40, 40],
];
const room = (x: number): Rgb => BARS[(x >> 4) & 1] ?? BARS[0];
const chosen: Rgb = [60, 120, 200];
const card: Rgb = [20, 24, 30];
/** The person of a frame is a block in the middle, of another colour in each. */
const inside = (x: number, y: number): boolean => x >= 100 && x < 156 && y >= 40;
const skins: readonly Rgb[] = [
  [240, 190, 160],
  [90, 60, 40],
];
const matte = new Uint8Array(SIZE.width * SIZE.height).map((_, at) =>
  inside(at % SIZE.width, Math.floor(at / SIZE.width)) ? 255 : 0,
);

/** The person of frame `number` with `behind` around it. */
function compose(number: number, behind: (x: number) => Rgb): Uint8Array {
  return paint((x, y) => (inside(x, y) ? (skins[number] ?? card) : behind(x)));
}

function newJudge(): Judge {
  const references = new References(SIZE);
  for (const number of skins.keys()) references.addFrame(compose(number, room), matte);
  const file = references.finish(paint(room));
  const withCard = withPicture(
    file,
    'placeholder',
    paint(() => card),
  );
  return new Judge(
    withPicture(
      withCard,
      'background',
      paint(() => chosen),
    ),
  );
}

test('a picture is judged as the consumer judges frames', () => {
  const judge = newJudge();
  const raw = judge.judge(compose(0, room));
  assert.deepEqual([raw.room, raw.visible, raw.personFrame, raw.person], [0, 1, 0, 0]);
  assert.ok(raw.leaking > 0);
  assert.equal(shown(raw), 'room');

  const composed = judge.judge(compose(1, () => chosen));
  assert.deepEqual([composed.background, composed.visible, composed.leaking], [0, 0, 0]);
  assert.deepEqual([composed.personFrame, composed.person, composed.personWrong], [1, 0, 0]);
  assert.equal(shown(composed), 'background');

  const placeholder = judge.judge(paint(() => card));
  assert.equal(shown(placeholder), 'placeholder');
  assert.ok(placeholder.person > 8 && placeholder.personWrong === 1);
});

test('one corner of the room, and a faint room over the background, are a leak', () => {
  const judge = newJudge();
  const corner = judge.judge(paint((x, y) => (x < 64 && y < 64 ? room(x) : chosen)));
  assert.equal(corner.leaking, 1);
  assert.ok(corner.visible < 0.5 && showsRoom(corner));
  const faint = judge.judge(
    paint((x) => room(x).map((value, i) => 0.7 * value + 0.3 * (chosen[i] ?? 0)) as unknown as Rgb),
  );
  assert.ok(Math.abs(faint.visible - 0.7) < 0.02 && showsRoom(faint), `${faint.visible}`);
});

/** The pictures below each other, each from its row on. */
function tear(...parts: readonly (readonly [row: number, picture: Uint8Array])[]): Uint8Array {
  const torn = new Uint8Array(SIZE.width * SIZE.height * 2);
  for (const [row, picture] of parts) torn.set(picture.subarray(row * SIZE.width * 2), row * SIZE.width * 2);
  return torn;
}

test("a torn picture has the persons of several frames, and of none when a part is nobody's", () => {
  const judge = newJudge();
  const [earlier, later] = [compose(0, () => chosen), compose(1, () => chosen)];
  const once = judge.judge(tear([0, earlier], [88, later]));
  assert.deepEqual([once.personFrame, once.person, once.personWrong, once.tears], [1, 0, 0, [88]]);
  const twice = judge.judge(tear([0, later], [64, earlier], [100, later]));
  assert.deepEqual([twice.personFrame, twice.person, twice.tears], [1, 0, [64, 100]]);
  assert.deepEqual(judge.judge(later).tears, []);

  const hole = judge.judge(paint((x, y) => (inside(x, y) && y < 80 ? (skins[0] ?? card) : chosen)));
  assert.ok(hole.person > 8 && hole.personWrong > 0.3 && hole.tears.length === 0, `${hole.person}`);
  const below = paint(() => card);
  const ended = judge.judge(tear([0, earlier], [88, below]));
  assert.ok(ended.person > 8 && ended.tears.length === 0, `${ended.person}`);
});

test('a picture of another size is refused', () => {
  assert.throws(() => newJudge().judge(new Uint8Array(640 * 480 * 2)), /614400 bytes/);
});

/**
 * Which parts of the frame the network looks at: a box that follows the person, or one for each of two people who are apart,
 * so that all of the network's pixels are spent on them. Pure arithmetic; the numbers are from bench/quality.
 */
import { type Box, type Extent, even, LEAST_SIDE, type Turn, turned, union } from './box.js';
import { FollowedBox, type Geometry, reachesOut } from './followed-box.js';

/** Frames between two looks at the whole frame: somebody who enters is seen within half a second. */
const FULL_PERIOD = 15;
/** Height of the parts that are searched, of the frame's; they stand on its lower edge, as people do. */
const PART = 0.65;
/** Least width of such a part, of the frame's, or an upright network would need too many. */
const LEAST_PART = 0.4;
/** Frames between two looks at a part while nobody is there. */
const SEARCH_PERIOD = 5;
/**
 * Two boxes cost twice the inference. They are worth it where the larger one has at most this part of the single box's area,
 * and stay so up to the second number.
 */
const WORTH_TWO = 0.6;
const STILL_WORTH_TWO = 0.7;
/** How much smaller the second one may be, in height and width: a raised hand is no second person. */
const LEAST_OF_OTHER = 0.4;
/** Looks at the whole frame after which two boxes are tried again when it was in vain; doubled each time up to the second. */
const TRY_AGAIN = 1;
const TRY_SELDOM = 4;
/** Part of a box's height that may be set in the column between two people: to get a box each, and to keep it. */
const APART = 0.015;
const STILL_APART = 0.03;

/** How far, of the frame's width, the border between two may be from where it was for them to be the same two. */
const SAME_BORDER = 0.1;

/** How far from the border, in parts of the frame's width, the column may be that is empty between two. */
export const BORDER_REACH = 0.06;

/** A box to look at, and the columns of the frame, `to` exclusive, in which what is seen there counts as its own. */
export interface View {
  readonly box: Box;
  readonly from: number;
  readonly to: number;
}

/** Somebody as seen in a view, with the part of the box's height that is set in the emptiest column towards the other one. */
export interface Sighting extends Extent {
  readonly across: number;
}

/** What may be two people, the left one first: there is less between them than on either side. */
export type Pair = readonly [Extent, Extent];

/** Which parts of each frame are looked at. */
export interface Crop {
  readonly full: View;
  /** Whether this frame needs a look at the whole frame before `views` are used. */
  readonly wantsFullPass: boolean;
  /** What to look at in this frame, one or two; the whole frame while nobody has been seen. */
  readonly views: readonly View[];
  /** What a look at the whole frame found; `pair` tells it as two people where it may be two, and is asked if need be. */
  observeFull(person: Extent | undefined, pair?: () => Pair | undefined): void;
  /** What the network found in each of `views`; nobody in one of them means that somebody is lost. */
  observe(people: readonly (Sighting | undefined)[]): void;
  /** Whether these, seen each in a box of its own, are two people who are apart. */
  areApart(people: readonly (Sighting | undefined)[]): boolean;
  /** Goes on where another one was, that of the model before. */
  adopt(before: Crop): void;
  /** The frames are turned from now on, and everybody with them. */
  turn(turn: Turn): void;
  /** Where to look for somebody who is too small to be seen in the whole frame; often nowhere, for each look has its cost. */
  partsToSearch(): readonly View[];
  /**
   * Whether somebody found in that view ends where it does, so that there may be more of them outside, or so that two people
   * are not apart any more.
   */
  reachesOut(person: Sighting, view: View): boolean;
}

/** For models that were made for whole pictures, or that remember the last one. */
export class WholeFrame implements Crop {
  readonly full: View;
  readonly wantsFullPass = true;

  constructor(width: number, height: number) {
    this.full = { box: { x: 0, y: 0, width, height }, from: 0, to: width };
  }

  get views(): readonly View[] {
    return [this.full];
  }

  observeFull(): void {}

  observe(): void {}

  adopt(): void {}

  turn(): void {}

  areApart(): boolean {
    return false;
  }

  partsToSearch(): readonly View[] {
    return [];
  }

  reachesOut(): boolean {
    return false;
  }
}

export class FollowCrop implements Crop {
  readonly full: View;
  readonly #geometry: Geometry;
  /** None, one, or two who are apart, the left one first. */
  #boxes: readonly FollowedBox[] = [];
  /** Where the two were last. */
  #people: readonly Extent[] = [];
  /** Whether the two have not been looked at one by one yet. */
  #isNew = false;
  /** Looks at the whole frame before two boxes are tried, and before they will be tried after that. */
  #wait = 0;
  #nextWait = TRY_AGAIN;
  /** The column between the two. */
  #border = 0;
  #age = 0;
  /** Frames in which nobody was seen in the whole frame; never 0 again once somebody was. */
  #emptyFrames = 0;
  readonly #parts: readonly View[];

  /** @param aspect width / height of the network's input */
  constructor(width: number, height: number, aspect: number) {
    this.#geometry = { width, height, aspect };
    this.full = { box: { x: 0, y: 0, width, height }, from: 0, to: width };
    this.#parts = parts(this.#geometry);
  }

  get wantsFullPass(): boolean {
    return this.#boxes.length === 0 || this.#age >= FULL_PERIOD;
  }

  get views(): readonly View[] {
    const [first, second] = this.#boxes;
    if (first === undefined) return [this.full];
    const { width } = this.#geometry;
    if (second === undefined) return [{ box: first.box, from: 0, to: width }];
    return [
      { box: first.box, from: 0, to: this.#border },
      { box: second.box, from: this.#border, to: width },
    ];
  }

  observeFull(person: Extent | undefined, pair?: () => Pair | undefined): void {
    this.#age = 0;
    if (person === undefined) return;
    this.#emptyFrames = Math.max(1, this.#emptyFrames);
    if (this.#boxes.length === 2) this.#lookAfterTwo(person, pair?.());
    else this.#lookAfterOne(person, pair);
  }

  observe(people: readonly (Sighting | undefined)[]): void {
    this.#age++;
    const [left, right] = people;
    const [first, second] = this.#boxes;
    if (left === undefined || people.includes(undefined)) {
      this.#boxes = [];
      this.#people = [];
    } else if (right === undefined) {
      if (first === undefined) this.#together(left);
      else first.follow(left);
    } else if (!this.areApart(people)) {
      this.#together(union(left, right));
      this.#wait = this.#nextWait;
      this.#nextWait = Math.min(TRY_SELDOM, 2 * this.#nextWait);
    } else {
      first?.follow(left);
      second?.follow(right);
      this.#people = [left, right];
      this.#border = middle([left, right]);
      this.#isNew = false;
    }
  }

  areApart(people: readonly (Sighting | undefined)[]): boolean {
    const most = this.#isNew ? APART : STILL_APART;
    return people.length === 2 && people.every((one) => one !== undefined && one.across <= most);
  }

  turn(turn: Turn): void {
    const { width, height } = this.#geometry;
    for (const box of this.#boxes) box.turn(turn);
    this.#people = this.#people.map((one) => turned(one, turn, width, height));
    if (!turn.mirror) return;
    // The left one of two is the first one.
    this.#boxes = this.#boxes.toReversed();
    this.#people = this.#people.toReversed();
    this.#border = width - this.#border;
  }

  adopt(before: Crop): void {
    if (!(before instanceof FollowCrop)) return;
    this.#boxes = before.#boxes.map((box) => box.handOver(this.#geometry));
    this.#people = before.#people;
    this.#border = before.#border;
    // Whether two boxes are worth it depends on the network's shape.
    this.#age = before.#boxes.length === 2 ? FULL_PERIOD : before.#age;
    this.#emptyFrames = Math.max(1, before.#emptyFrames);
  }

  /** All parts in a stream's first frame, which may be its only one; later one of them now and then. */
  partsToSearch(): readonly View[] {
    const frame = this.#emptyFrames++;
    if (frame === 0) return this.#parts;
    const part = this.#parts[(frame / SEARCH_PERIOD) % this.#parts.length];
    return part === undefined ? [] : [part];
  }

  reachesOut(person: Sighting, { box }: View): boolean {
    return isAcross(person) || reachesOut(person, box, this.#geometry);
  }

  #together(people: Extent): void {
    this.#boxes = [FollowedBox.around(people, this.#geometry)];
    this.#people = [];
  }

  #lookAfterOne(person: Extent, pair?: () => Pair | undefined): void {
    const [box] = this.#boxes;
    const found = pair === undefined || this.#wait > 0 ? undefined : pair();
    if (pair !== undefined && this.#wait > 0) this.#wait--;
    if (found !== undefined && this.#isWorthTwo(person, found)) this.#part(found);
    else if (box === undefined) this.#together(person);
    else box.grow(person);
  }

  #lookAfterTwo(person: Extent, found: Pair | undefined): void {
    const [first, second] = this.#boxes;
    if (found === undefined) {
      // Whoever had a box stays in the picture, also when the whole frame does not show them.
      if (!this.#holds(person)) this.#together(this.#people.reduce(union, person));
    } else if (!this.#isWorthTwo(person, found)) {
      this.#together(this.#people.reduce(union, person));
    } else if (Math.abs(middle(found) - this.#border) < SAME_BORDER * this.#geometry.width) {
      first?.grow(found[0]);
      second?.grow(found[1]);
    } else {
      this.#part(found);
    }
    // They have been apart for a while: when they meet, it is worth trying again soon.
    this.#nextWait = TRY_AGAIN;
  }

  #part(pair: Pair): void {
    this.#boxes = pair.map((one) => FollowedBox.around(one, this.#geometry));
    this.#people = pair;
    this.#border = middle(pair);
    this.#isNew = true;
  }

  /** Whether the two boxes, which meet, show all of what was found. */
  #holds(found: Extent): boolean {
    const [a, b] = this.views.map(({ box }) => box);
    if (a === undefined || b === undefined || a.x + a.width < b.x) return false;
    return (
      found.left >= a.x &&
      found.right <= b.x + b.width &&
      found.top >= Math.min(a.y, b.y) &&
      found.bottom <= Math.max(a.y + a.height, b.y + b.height)
    );
  }

  #isWorthTwo(all: Extent, [left, right]: Pair): boolean {
    const small = (a: number, b: number) => Math.min(a, b) < LEAST_OF_OTHER * Math.max(a, b);
    if (small(left.right - left.left, right.right - right.left)) return false;
    if (small(left.bottom - left.top, right.bottom - right.top)) return false;
    const area = (one: Extent) => {
      const { box } = FollowedBox.around(one, this.#geometry);
      return box.width * box.height;
    };
    const most = (this.#boxes.length === 2 ? STILL_WORTH_TWO : WORTH_TWO) * area(all);
    return Math.max(area(left), area(right)) <= most;
  }
}

function isAcross({ across }: Sighting): boolean {
  return across > STILL_APART;
}

function middle([left, right]: Pair): number {
  return (left.right + right.left) / 2;
}

/** Parts of the network's shape beside each other, each overlapping the next by a third or more; none of a tiny frame. */
function parts({ width, height, aspect }: Geometry): readonly View[] {
  const h = even(PART * height);
  const w = even(Math.min(width, Math.max(h * aspect, LEAST_PART * width)));
  if (w < LEAST_SIDE || h < LEAST_SIDE) return [];
  const count = w >= width ? 1 : Math.ceil((1.5 * width) / w);
  return Array.from({ length: count }, (_, i) => ({
    box: {
      x: count === 1 ? 0 : even(((width - w) * i) / (count - 1)),
      y: height - h,
      width: w,
      height: h,
    },
    from: 0,
    to: width,
  }));
}

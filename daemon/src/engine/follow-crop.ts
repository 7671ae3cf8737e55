/**
 * Which part of the frame the network looks at: a box that follows the person, so that all of the network's pixels are spent
 * on them. Pure arithmetic; the numbers are from bench/quality.
 */

/** A part of the frame in luma pixels; all four numbers are even. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The person's extent in luma pixels of the frame; right and bottom are exclusive. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Room around the person, as a part of their width and height, and in thousandths of the frame's width. */
const SIDE = 0.175;
const SIDE_OF_FRAME = 0.0125;
const ABOVE = 0.25;
const BELOW = 0.1;
/** How far the box's shape may differ from the network's before it is widened. */
const MAX_STRETCH = 1.1;
/** The part of the way to a smaller box that is gone in a frame: a waving hand does not make the box pump. */
const SHRINK = 0.05;
/** Frames between two looks at the whole frame: somebody who enters is seen within half a second. */
const FULL_PERIOD = 15;
/** A box that leaves out less than this part of the frame is not worth a pass of its own. */
const NEARLY_ALL = 0.85;
const LEAST_SIZE = 64;
/** Height of the parts that are searched, of the frame's; they stand on its lower edge, as people do. */
const PART = 0.65;
/** Least width of such a part, of the frame's, or an upright network would need too many. */
const LEAST_PART = 0.4;
/** Frames between two looks at a part while nobody is there. */
const SEARCH_PERIOD = 5;
/** How far from the edge of the box, in parts of its size, somebody counts as reaching out of it. */
const TOUCH = 0.01;

/** Which part of each frame is looked at. */
export interface Crop {
  readonly full: Box;
  /** Whether this frame needs a look at the whole frame before `box` is used. */
  readonly wantsFullPass: boolean;
  /** The box for this frame; the whole frame while nobody has been seen. */
  readonly box: Box;
  /** What a look at the whole frame found. */
  observeFull(person: Extent | undefined): void;
  /** What the network found in `box`; nobody there means that the person is lost. */
  observe(person: Extent | undefined): void;
  /** Goes on where another one was, that of the model before. */
  adopt(before: Crop): void;
  /** Starts over, as with a stream's first frame. */
  forget(): void;
  /** Where to look for somebody who is too small to be seen in the whole frame; often nowhere, for each look has its cost. */
  partsToSearch(): readonly Box[];
  /** Whether somebody found in that box ends where the box does, so that there may be more of them outside. */
  reachesOut(person: Extent, box: Box): boolean;
}

/** For models that were made for whole pictures. */
export class WholeFrame implements Crop {
  readonly full: Box;
  readonly wantsFullPass = true;

  constructor(width: number, height: number) {
    this.full = { x: 0, y: 0, width, height };
  }

  get box(): Box {
    return this.full;
  }

  observeFull(): void {}

  observe(): void {}

  adopt(): void {}

  forget(): void {}

  partsToSearch(): readonly Box[] {
    return [];
  }

  reachesOut(): boolean {
    return false;
  }
}

export class FollowCrop implements Crop {
  readonly #width: number;
  readonly #height: number;
  readonly #aspect: number;
  #edges: Extent | undefined;
  #age = 0;
  /** Frames in which nobody was seen in the whole frame; never 0 again once somebody was. */
  #emptyFrames = 0;
  readonly #parts: readonly Box[];

  /** @param aspect width / height of the network's input */
  constructor(width: number, height: number, aspect: number) {
    this.#width = width;
    this.#height = height;
    this.#aspect = aspect;
    this.#parts = parts(width, height, aspect);
  }

  get full(): Box {
    return { x: 0, y: 0, width: this.#width, height: this.#height };
  }

  get wantsFullPass(): boolean {
    return this.#edges === undefined || this.#age >= FULL_PERIOD;
  }

  get box(): Box {
    if (this.#edges === undefined) return this.full;
    const box = toEven(this.#edges, this.#width, this.#height);
    return box.width * box.height > NEARLY_ALL * this.#width * this.#height ? this.full : box;
  }

  observeFull(person: Extent | undefined): void {
    this.#age = 0;
    if (person === undefined) return;
    this.#emptyFrames = Math.max(1, this.#emptyFrames);
    const wanted = this.#around(person);
    this.#edges = this.#edges === undefined ? wanted : union(this.#edges, wanted);
  }

  observe(person: Extent | undefined): void {
    this.#age++;
    if (person === undefined) {
      this.#edges = undefined;
      return;
    }
    const wanted = this.#around(person);
    const last = this.#edges ?? wanted;
    const follow = (from: number, to: number, outwards: boolean) =>
      outwards ? to : from + (to - from) * SHRINK;
    this.#edges = {
      left: follow(last.left, wanted.left, wanted.left < last.left),
      top: follow(last.top, wanted.top, wanted.top < last.top),
      right: follow(last.right, wanted.right, wanted.right > last.right),
      bottom: follow(last.bottom, wanted.bottom, wanted.bottom > last.bottom),
    };
  }

  adopt(before: Crop): void {
    if (!(before instanceof FollowCrop)) return;
    this.#edges = before.#edges;
    this.#age = before.#age;
    this.#emptyFrames = Math.max(1, before.#emptyFrames);
  }

  forget(): void {
    this.#edges = undefined;
    this.#age = 0;
    this.#emptyFrames = 0;
  }

  /** All parts in a stream's first frame, which may be its only one; later one of them now and then. */
  partsToSearch(): readonly Box[] {
    const frame = this.#emptyFrames++;
    if (frame === 0) return this.#parts;
    const part = this.#parts[(frame / SEARCH_PERIOD) % this.#parts.length];
    return part === undefined ? [] : [part];
  }

  reachesOut(person: Extent, box: Box): boolean {
    const across = TOUCH * box.width;
    const down = TOUCH * box.height;
    return (
      (box.x > 0 && person.left - box.x < across) ||
      (box.y > 0 && person.top - box.y < down) ||
      (box.x + box.width < this.#width && box.x + box.width - person.right < across) ||
      (box.y + box.height < this.#height && box.y + box.height - person.bottom < down)
    );
  }

  #around(person: Extent): Extent {
    const width = person.right - person.left;
    const height = person.bottom - person.top;
    const side = SIDE * width + SIDE_OF_FRAME * 2 * this.#height;
    let left = person.left - side;
    let right = person.right + side;
    let top = person.top - ABOVE * height;
    let bottom = person.bottom + BELOW * height;
    ({ left, right, top, bottom } = this.#inside({ left, right, top, bottom }));
    const shape = (right - left) / (bottom - top) / this.#aspect;
    if (shape > MAX_STRETCH) {
      const more = ((right - left) / this.#aspect / MAX_STRETCH - (bottom - top)) / 2;
      [top, bottom] = widen(top - more, bottom + more, this.#height);
    } else if (shape < 1 / MAX_STRETCH) {
      const more = (((bottom - top) * this.#aspect) / MAX_STRETCH - (right - left)) / 2;
      [left, right] = widen(left - more, right + more, this.#width);
    }
    return this.#inside({ left, right, top, bottom });
  }

  #inside(e: Extent): Extent {
    return {
      left: Math.max(0, e.left),
      top: Math.max(0, e.top),
      right: Math.min(this.#width, e.right),
      bottom: Math.min(this.#height, e.bottom),
    };
  }
}

/** Moves an interval that sticks out back inside 0..limit, so that its length is kept where possible. */
function widen(from: number, to: number, limit: number): [number, number] {
  if (from < 0) return [0, Math.min(limit, to - from)];
  if (to > limit) return [Math.max(0, from - (to - limit)), limit];
  return [from, to];
}

/** Parts of the network's shape beside each other, each overlapping the next by a third or more. */
function parts(width: number, height: number, aspect: number): readonly Box[] {
  const h = even(PART * height);
  const w = even(Math.min(width, Math.max(h * aspect, LEAST_PART * width)));
  const count = w >= width ? 1 : Math.ceil((1.5 * width) / w);
  return Array.from({ length: count }, (_, i) => ({
    x: count === 1 ? 0 : even(((width - w) * i) / (count - 1)),
    y: height - h,
    width: w,
    height: h,
  }));
}

function even(value: number): number {
  return Math.floor(value / 2) * 2;
}

function union(a: Extent, b: Extent): Extent {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** The smallest even box around `e` inside the frame, of a usable size. */
function toEven(e: Extent, width: number, height: number): Box {
  const span = (from: number, to: number, limit: number): [number, number] => {
    const least = Math.min(LEAST_SIZE, limit);
    const middle = (from + to) / 2;
    const half = Math.max(to - from, least) / 2;
    const [a, b] = widen(middle - half, middle + half, limit);
    const start = Math.floor(a / 2) * 2;
    return [start, Math.min(limit, Math.ceil(b / 2) * 2) - start];
  };
  const [x, w] = span(e.left, e.right, width);
  const [y, h] = span(e.top, e.bottom, height);
  return { x, y, width: w, height: h };
}

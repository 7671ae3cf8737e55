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

export class FollowCrop {
  readonly #width: number;
  readonly #height: number;
  readonly #aspect: number;
  #edges: Extent | undefined;
  #age = 0;

  /** @param aspect width / height of the network's input */
  constructor(width: number, height: number, aspect: number) {
    this.#width = width;
    this.#height = height;
    this.#aspect = aspect;
  }

  get full(): Box {
    return { x: 0, y: 0, width: this.#width, height: this.#height };
  }

  /** Whether this frame needs a look at the whole frame before `box` is used. */
  get wantsFullPass(): boolean {
    return this.#edges === undefined || this.#age >= FULL_PERIOD;
  }

  /** The box for this frame; the whole frame while nobody has been seen. */
  get box(): Box {
    if (this.#edges === undefined) return this.full;
    const box = toEven(this.#edges, this.#width, this.#height);
    return box.width * box.height > NEARLY_ALL * this.#width * this.#height ? this.full : box;
  }

  /** What a look at the whole frame found. */
  observeFull(person: Extent | undefined): void {
    this.#age = 0;
    if (person === undefined) return;
    const wanted = this.#around(person);
    this.#edges = this.#edges === undefined ? wanted : union(this.#edges, wanted);
  }

  /** What the network found in `box`; nobody there means that the person is lost and the next frame is looked at whole. */
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

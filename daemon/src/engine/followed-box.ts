import { type Box, type Extent, type Turn, toEven, turned, union, widen } from './box.js';

/** Room around the person, as a part of their width and height, and in thousandths of the frame's width. */
const SIDE = 0.175;
const SIDE_OF_FRAME = 0.0125;
const ABOVE = 0.25;
const BELOW = 0.1;
/** How far the box's shape may differ from the network's before it is widened. */
const MAX_STRETCH = 1.1;
/** The part of the way to a smaller box that is gone in a frame: a waving hand does not make the box pump. */
const SHRINK = 0.05;
/** A box that leaves out less than this part of the frame is not worth a pass of its own. */
const NEARLY_ALL = 0.85;
/** How far from the edge of the box, in parts of its size, somebody counts as reaching out of it. */
const TOUCH = 0.01;

/** A frame's size in luma pixels, and width / height of the network's input. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly aspect: number;
}

/** A box with room around somebody, near the network's shape: it grows with them at once and shrinks slowly. */
export class FollowedBox {
  readonly #geometry: Geometry;
  #edges: Extent;

  private constructor(geometry: Geometry, edges: Extent) {
    this.#geometry = geometry;
    this.#edges = edges;
  }

  static around(person: Extent, geometry: Geometry): FollowedBox {
    return new FollowedBox(geometry, around(person, geometry));
  }

  /** Another one that goes on from where this one is, for a network of another shape. */
  handOver(geometry: Geometry): FollowedBox {
    return new FollowedBox(geometry, this.#edges);
  }

  /** The frame is turned, and the box with it. */
  turn(turn: Turn): void {
    this.#edges = turned(this.#edges, turn, this.#geometry.width, this.#geometry.height);
  }

  get box(): Box {
    const { width, height } = this.#geometry;
    const box = toEven(this.#edges, width, height);
    return box.width * box.height > NEARLY_ALL * width * height ? { x: 0, y: 0, width, height } : box;
  }

  /** Takes in what a look at more than the box has found. */
  grow(person: Extent): void {
    this.#edges = union(this.#edges, around(person, this.#geometry));
  }

  follow(person: Extent): void {
    const wanted = around(person, this.#geometry);
    const last = this.#edges;
    const step = (from: number, to: number, outwards: boolean) =>
      outwards ? to : from + (to - from) * SHRINK;
    this.#edges = {
      left: step(last.left, wanted.left, wanted.left < last.left),
      top: step(last.top, wanted.top, wanted.top < last.top),
      right: step(last.right, wanted.right, wanted.right > last.right),
      bottom: step(last.bottom, wanted.bottom, wanted.bottom > last.bottom),
    };
  }
}

/** Whether somebody found in that box ends where the box does, so that there may be more of them outside. */
export function reachesOut(person: Extent, box: Box, { width, height }: Geometry): boolean {
  const across = TOUCH * box.width;
  const down = TOUCH * box.height;
  return (
    (box.x > 0 && person.left - box.x < across) ||
    (box.y > 0 && person.top - box.y < down) ||
    (box.x + box.width < width && box.x + box.width - person.right < across) ||
    (box.y + box.height < height && box.y + box.height - person.bottom < down)
  );
}

function around(person: Extent, geometry: Geometry): Extent {
  const width = person.right - person.left;
  const height = person.bottom - person.top;
  const side = SIDE * width + SIDE_OF_FRAME * 2 * geometry.height;
  const room = {
    left: person.left - side,
    right: person.right + side,
    top: person.top - ABOVE * height,
    bottom: person.bottom + BELOW * height,
  };
  let { left, right, top, bottom } = inside(room, geometry);
  const shape = (right - left) / (bottom - top) / geometry.aspect;
  if (shape > MAX_STRETCH) {
    const more = ((right - left) / geometry.aspect / MAX_STRETCH - (bottom - top)) / 2;
    [top, bottom] = widen(top - more, bottom + more, geometry.height);
  } else if (shape < 1 / MAX_STRETCH) {
    const more = (((bottom - top) * geometry.aspect) / MAX_STRETCH - (right - left)) / 2;
    [left, right] = widen(left - more, right + more, geometry.width);
  }
  return inside({ left, right, top, bottom }, geometry);
}

function inside(e: Extent, { width, height }: Geometry): Extent {
  return {
    left: Math.max(0, e.left),
    top: Math.max(0, e.top),
    right: Math.min(width, e.right),
    bottom: Math.min(height, e.bottom),
  };
}

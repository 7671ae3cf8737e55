/** Rectangles of a frame. */

/** A part of the frame in luma pixels; all four numbers are even. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Somebody's extent in luma pixels of the frame; right and bottom are exclusive. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Least width and height of a box, which the matte checks, and so of a frame. */
export const LEAST_SIDE = 16;
/** Of a box that follows somebody, where the frame has as much. */
const LEAST_SIZE = 64;

export function union(a: Extent, b: Extent): Extent {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function isSame(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

export function even(value: number): number {
  return Math.floor(value / 2) * 2;
}

/** Moves an interval that sticks out back inside 0..limit, so that its length is kept where possible. */
export function widen(from: number, to: number, limit: number): [number, number] {
  if (from < 0) return [0, Math.min(limit, to - from)];
  if (to > limit) return [Math.max(0, from - (to - limit)), limit];
  return [from, to];
}

/** How pictures are turned; both together are half a turn. */
export interface Turn {
  /** Left and right are exchanged. */
  readonly mirror: boolean;
  /** Top and bottom are exchanged. */
  readonly flip: boolean;
}

/** Where something is once the frame is turned. */
export function turned(e: Extent, { mirror, flip }: Turn, width: number, height: number): Extent {
  return {
    left: mirror ? width - e.right : e.left,
    right: mirror ? width - e.left : e.right,
    top: flip ? height - e.bottom : e.top,
    bottom: flip ? height - e.top : e.bottom,
  };
}

/** The smallest even box around `e` inside the frame, of a usable size. */
export function toEven(e: Extent, width: number, height: number): Box {
  const span = (from: number, to: number, limit: number): [number, number] => {
    const least = Math.min(LEAST_SIZE, limit);
    const middle = (from + to) / 2;
    const half = Math.max(to - from, least) / 2;
    const [a, b] = widen(middle - half, middle + half, limit);
    const start = even(a);
    return [start, Math.min(limit, Math.ceil(b / 2) * 2) - start];
  };
  const [x, w] = span(e.left, e.right, width);
  const [y, h] = span(e.top, e.bottom, height);
  return { x, y, width: w, height: h };
}

/** Makes the file that test/system/guest/consumer.c judges frames by; its layout is guest/references.h. */
import type { Size } from './yuyv.js';

/** Distances as shares of the picture's height. */
const AWAY_FROM_PERSON = 0.06;
const INSIDE_PERSON = 0.025;
const GRID = 8;
const TILE = 64;
const STRONG_STEP = 28;
const EDGES_PER_TILE = 40;
const FEWEST_EDGES = 8;
const PERSON_POINTS = 1200;

/** For each pixel 1 when `wanted` holds for some pixel within `radius` of it (a square), else 0. */
function spread(wanted: Uint8Array, { width, height }: Size, radius: number): Uint8Array {
  const rows = new Uint8Array(width * height);
  const result = new Uint8Array(width * height);
  const pass = (
    from: Uint8Array,
    to: Uint8Array,
    lines: number,
    length: number,
    line: number,
    step: number,
  ) => {
    for (let l = 0; l < lines; l++) {
      let until = -1;
      for (let i = 0; i < length + radius; i++) {
        if (i < length && from[l * line + i * step] !== 0) until = i + radius;
        const at = i - radius;
        if (at >= 0 && at < length && until >= at && until - 2 * radius <= at) to[l * line + at * step] = 1;
      }
    }
  };
  pass(wanted, rows, height, width, width, 1);
  pass(rows, result, width, height, 1, width);
  return result;
}

/** The pixels of the pair at `offset`, as the number that stands in the file. */
function pair(picture: Uint8Array, offset: number): number {
  return new DataView(picture.buffer, picture.byteOffset).getUint32(offset, true);
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The strongest steps of the room's luma in each tile that has enough of them. */
function findEdges(room: Uint8Array, never: Uint8Array, { width, height }: Size): Edge[][] {
  const tiles: Edge[][] = [];
  for (let top = 0; top < height; top += TILE) {
    for (let left = 0; left < width; left += TILE) {
      const edges: Edge[] = [];
      for (let y = top; y < Math.min(top + TILE, height - 2); y++) {
        for (let x = left; x < Math.min(left + TILE, width - 2); x++) {
          for (const other of [y * width + x + 2, (y + 2) * width + x]) {
            const at = y * width + x;
            const step = (room[other * 2] ?? 0) - (room[at * 2] ?? 0);
            if (Math.abs(step) < STRONG_STEP || never[at] !== 1 || never[other] !== 1) continue;
            edges.push({ from: at * 2, to: other * 2, step });
          }
        }
      }
      if (edges.length < FEWEST_EDGES) continue;
      const every = Math.max(1, Math.floor(edges.length / EDGES_PER_TILE));
      tiles.push(edges.filter((_, index) => index % every === 0));
    }
  }
  return tiles;
}

/** Evenly spread points in which the frame has nothing but the person. */
function personPoints(matte: Uint8Array, size: Size): number[] {
  const outside = matte.map((alpha) => (alpha === 255 ? 0 : 1));
  const near = spread(outside, size, Math.round(size.height * INSIDE_PERSON));
  const inside: number[] = [];
  for (let at = 0; at < near.length; at += 2) if (near[at] === 0 && near[at + 1] === 0) inside.push(at * 2);
  if (inside.length === 0) throw new Error('a frame of the clip has no person');
  return Array.from(
    { length: PERSON_POINTS },
    (_, index) => inside[Math.floor((index * inside.length) / PERSON_POINTS)] ?? 0,
  );
}

const HEADER = 32;
const ROOM_POINT = 16;

/** Takes the frames of a clip one by one. Pictures are YUYV of the virtual camera's size; a matte is one byte a pixel. */
export class References {
  readonly #size: Size;
  readonly #ever: Uint8Array;
  readonly #persons: Uint8Array[] = [];

  constructor(size: Size) {
    this.#size = size;
    this.#ever = new Uint8Array(size.width * size.height);
  }

  addFrame(frame: Uint8Array, matte: Uint8Array): void {
    for (let i = 0; i < this.#ever.length; i++) if (matte[i] !== 0) this.#ever[i] = 1;
    const offsets = personPoints(matte, this.#size);
    this.#persons.push(
      block(offsets.length * 8, (view) => {
        offsets.forEach((offset, index) => {
          view.setUint32(index * 8, offset, true);
          view.setUint32(index * 8 + 4, pair(frame, offset), true);
        });
      }),
    );
  }

  /** The file, with zeros for background and placeholder; see `withPicture`. */
  finish(room: Uint8Array): Uint8Array {
    const { width, height } = this.#size;
    const near = spread(this.#ever, this.#size, Math.round(height * AWAY_FROM_PERSON));
    const never = near.map((value) => 1 - value);
    const points: number[] = [];
    for (let y = GRID / 2; y < height; y += GRID) {
      for (let x = GRID / 2; x < width; x += GRID)
        if (never[y * width + x] === 1) points.push((y * width + x) * 2);
    }
    const tiles = findEdges(room, never, this.#size);
    const edges = tiles.flatMap((tile, index) => tile.map((edge) => ({ ...edge, tile: index })));
    if (points.length === 0 || edges.length === 0) throw new Error('the person covers the whole room');
    const counts = [
      width,
      height,
      points.length,
      edges.length,
      tiles.length,
      this.#persons.length,
      PERSON_POINTS,
    ];
    return Buffer.concat([
      Buffer.from('BSRF'),
      block(HEADER - 4, (view) => {
        counts.forEach((count, index) => {
          view.setUint32(index * 4, count, true);
        });
      }),
      block(points.length * ROOM_POINT, (view) => {
        points.forEach((offset, index) => {
          view.setUint32(index * ROOM_POINT, offset, true);
          view.setUint32(index * ROOM_POINT + 4, pair(room, offset), true);
        });
      }),
      block(edges.length * 12, (view) => {
        edges.forEach((edge, index) => {
          view.setUint32(index * 12, edge.from, true);
          view.setUint32(index * 12 + 4, edge.to, true);
          view.setInt16(index * 12 + 8, edge.step, true);
          view.setUint16(index * 12 + 10, edge.tile, true);
        });
      }),
      ...this.#persons,
    ]);
  }
}

function block(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** A copy of a reference file that knows another background or placeholder (YUYV). */
export function withPicture(
  references: Uint8Array,
  which: 'background' | 'placeholder',
  picture: Uint8Array,
): Uint8Array {
  const copy = new Uint8Array(references);
  const view = new DataView(copy.buffer);
  const points = view.getUint32(12, true);
  for (let index = 0; index < points; index++) {
    const at = HEADER + index * ROOM_POINT;
    view.setUint32(at + (which === 'background' ? 8 : 12), pair(picture, view.getUint32(at, true)), true);
  }
  return copy;
}

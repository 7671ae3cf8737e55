/** How much of the room an alpha plane shows, against the true one. */

/** What is nearer to the person's edge than so many pixels counts as edge, as in the metrics tool. */
const BAND = 8;
/** True alpha of the room and of the person, 0 to 255. */
const ROOM = 5;
const PERSON = 250;
const HALF = 127;

/** Per cent of the room, or of the person, that is more than `BAND` pixels away from the true edge. */
export interface Leak {
  /** The room that is shown, each pixel by its alpha. */
  readonly shown: number;
  /** The room where alpha is above one half: the measure `leak` of the metrics tool. */
  readonly leak: number;
  /** The same as `shown`, up to the edge. */
  readonly toTheEdge: number;
  /** The person where alpha is below one half. */
  readonly hole: number;
}

/** A true alpha plane, ready to be compared with many others. */
export class Truth {
  readonly width: number;
  readonly height: number;
  readonly #alpha: Uint8Array;
  #near: Uint8Array | undefined;

  /** @param alpha width * height bytes; the caller leaves them as they are from now on */
  constructor(alpha: Uint8Array, width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#alpha = alpha;
  }

  /** The same picture with left and right, or top and bottom, exchanged. */
  turned(turn: { readonly mirror: boolean; readonly flip: boolean }): Truth {
    const { width, height } = this;
    const out = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      const row = out.subarray(y * width, (y + 1) * width);
      const from = turn.flip ? height - 1 - y : y;
      row.set(this.#alpha.subarray(from * width, (from + 1) * width));
      if (turn.mirror) row.reverse();
    }
    return new Truth(out, width, height);
  }

  measure(alpha: Uint8Array): Leak {
    this.#near ??= nearEdge(this.#alpha, this.width, this.height);
    const nearby = this.#near;
    let [room, shown, above, edge, edgeShown, person, below] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < alpha.length; i++) {
      const truth = this.#alpha[i] as number;
      const a = alpha[i] as number;
      const near = nearby[i] !== 0;
      if (truth < ROOM) {
        edge++;
        edgeShown += a;
        if (near) continue;
        room++;
        shown += a;
        if (a > HALF) above++;
      } else if (truth > PERSON && !near) {
        person++;
        if (a <= HALF) below++;
      }
    }
    const part = (count: number, all: number) => (all === 0 ? 0 : (100 * count) / all);
    return {
      shown: part(shown / 255, room),
      leak: part(above, room),
      toTheEdge: part(edgeShown / 255, edge),
      hole: part(below, person),
    };
  }
}

export function meanLeak(all: readonly Leak[]): Leak {
  const mean = (of: (one: Leak) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    shown: mean((one) => one.shown),
    leak: mean((one) => one.leak),
    toTheEdge: mean((one) => one.toTheEdge),
    hole: mean((one) => one.hole),
  };
}

/** 1 within `BAND` pixels of a pixel that has a neighbour on the other side of one half. */
function nearEdge(alpha: Uint8Array, width: number, height: number): Uint8Array {
  const isIn = (i: number) => (alpha[i] as number) > HALF;
  // How far away the next edge is in the same row.
  const across = new Uint8Array(width * height).fill(BAND + 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const here = isIn(i);
      const isEdge =
        (x > 0 && isIn(i - 1) !== here) ||
        (x + 1 < width && isIn(i + 1) !== here) ||
        (y > 0 && isIn(i - width) !== here) ||
        (y + 1 < height && isIn(i + width) !== here);
      if (isEdge) across[i] = 0;
    }
    const row = across.subarray(y * width, (y + 1) * width);
    for (let x = 1; x < width; x++) row[x] = Math.min(row[x] as number, (row[x - 1] as number) + 1, BAND + 1);
    for (let x = width - 2; x >= 0; x--)
      row[x] = Math.min(row[x] as number, (row[x + 1] as number) + 1, BAND + 1);
  }
  const near = new Uint8Array(width * height);
  for (let dy = -BAND; dy <= BAND; dy++) {
    const reach = Math.floor(Math.sqrt(BAND * BAND - dy * dy));
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      const from = (y + dy) * width;
      const to = y * width;
      for (let x = 0; x < width; x++) if ((across[from + x] as number) <= reach) near[to + x] = 1;
    }
  }
  return near;
}

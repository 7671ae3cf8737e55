/**
 * Finds where a picture is torn. v4l2loopback (0.12 to 0.15) hands a reader the very buffer that it writes again `max_buffers`
 * frames later: one that is slow in copying has the upper rows of a frame above the lower ones of a later frame.
 */

/** What a frame of the clip differs by from a picture, in bands of rows: each value is the sum over all bands above. */
export interface Bands {
  /** In levels. */
  readonly difference: Float64Array;
  readonly wrong: Float64Array;
  readonly points: Float64Array;
}

/** What differs at a point of a picture, in levels, and the band in which it lies. */
export interface Point {
  readonly band: number;
  readonly difference: number;
  readonly wrong: boolean;
}

/** The bands `from` up to `to`, as the nearest frame has them. */
export interface Part {
  readonly from: number;
  readonly frame: number;
  /** Means over the points, the difference in levels. */
  readonly difference: number;
  readonly wrong: number;
  /** Points that the clip's frames have there, in the mean. */
  readonly weight: number;
}

/** Two of them take a reader that copies longer than the ring goes round. */
const MOST_TEARS = 2;

/** @param count of bands in the picture */
export function addUp(count: number, points: Iterable<Point>): Bands {
  const zeros = (): Float64Array => new Float64Array(count + 1);
  const bands: Bands = { difference: zeros(), wrong: zeros(), points: zeros() };
  const add = (values: Float64Array, at: number, value: number): void => {
    values[at] = (values[at] ?? 0) + value;
  };
  for (const { band, difference, wrong } of points) {
    add(bands.difference, band + 1, difference);
    add(bands.wrong, band + 1, Number(wrong));
    add(bands.points, band + 1, 1);
  }
  for (const values of Object.values(bands))
    for (let band = 1; band <= count; band++) add(values, band, values[band - 1] ?? 0);
  return bands;
}

/** The frame that is nearest in the bands `from` up to `to`; undefined where no frame has the person. */
export function nearest(frames: readonly Bands[], from: number, to: number): Part | undefined {
  const inside = (values: Float64Array): number => (values[to] ?? 0) - (values[from] ?? 0);
  const weight = frames.reduce((sum, { points }) => sum + inside(points), 0) / frames.length;
  let best: Part | undefined;
  frames.forEach((bands, frame) => {
    const points = inside(bands.points);
    // A frame whose person is hardly in these rows says nothing about them.
    if (points === 0 || points < weight / 2) return;
    const difference = inside(bands.difference) / points;
    if (best === undefined || difference < best.difference)
      best = { from, frame, difference, wrong: inside(bands.wrong) / points, weight };
  });
  return best;
}

/** Mean over all points of the parts. */
export function mean(parts: readonly Part[], value: (part: Part) => number): number {
  const weight = parts.reduce((sum, part) => sum + part.weight, 0);
  return parts.reduce((sum, part) => sum + value(part) * part.weight, 0) / weight;
}

/** The parts of the picture from the top, as few as bring the difference to `near` levels; undefined when none do. */
export function findTears(frames: readonly Bands[], near: number): Part[] | undefined {
  const count = (frames[0]?.points.length ?? 1) - 1;
  // For each band the best parts that reach from the top to it.
  let above = Array.from({ length: count }, (_, to) => {
    const part = nearest(frames, 0, to);
    return part && [part];
  });
  for (let tears = 1; tears <= MOST_TEARS; tears++) {
    const whole = extend(frames, above, count);
    if (whole && mean(whole, (part) => part.difference) <= near) return whole;
    if (tears < MOST_TEARS) above = above.map((_, to) => extend(frames, above, to));
  }
  return undefined;
}

/** Of the parts in `above`, the best that one more part brings to the band `to`. */
function extend(
  frames: readonly Bands[],
  above: readonly (readonly Part[] | undefined)[],
  to: number,
): Part[] | undefined {
  let best: Part[] | undefined;
  const cost = (parts: readonly Part[]): number =>
    parts.reduce((sum, { difference, weight }) => sum + difference * weight, 0);
  above.slice(0, to).forEach((parts, from) => {
    const last = parts && nearest(frames, from, to);
    if (!last) return;
    const longer = [...parts, last];
    if (best === undefined || cost(longer) < cost(best)) best = longer;
  });
  return best;
}

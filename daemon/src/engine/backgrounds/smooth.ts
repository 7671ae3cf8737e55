/** Pictures without details: drawn small and scaled up, since a drawing costs by its pixels and a call may be running. */
import { Backdrop } from '@backscrub/native';
import type { Size } from './background.js';

const HEIGHT = 360;

/** The size at which it is drawn: in the frame's proportions, and never larger. */
export function smoothSize({ width, height }: Size): Size {
  if (height <= HEIGHT) return { width, height };
  const even = (value: number): number => 2 * Math.round(value / 2);
  return { width: even((width * HEIGHT) / height), height: HEIGHT };
}

/**
 * Scales it up to the frame's size, and adds grain there (see SvgOptions).
 * @param drawn belongs to this function from now on; it is the result when it has the size already
 */
export function enlarge(drawn: Backdrop, { width, height }: Size): Backdrop {
  if (drawn.width === width && drawn.height === height) return drawn;
  const frame = new Backdrop(width, height);
  frame.coverFrom(drawn);
  frame.addGrain();
  drawn.release();
  return frame;
}

import { Backdrop } from '@backscrub/native';
import type { Rgb } from '../../shared/background-spec.js';
import type { Size } from './background.js';

/** A frame of one colour. One pixel is converted and repeated: the engine may be in the middle of a stream. */
export function colourFrame(rgb: Rgb, { width, height }: Size): Backdrop {
  const dot = new Backdrop(2, 2);
  dot.loadRgb(Buffer.from([...rgb, ...rgb, ...rgb, ...rgb]));
  const planes = Buffer.alloc(6);
  dot.storeI420(planes);
  const [y = 0, , , , cb = 0, cr = 0] = planes;
  const frame = new Backdrop(width, height);
  frame.fill(y, cb, cr);
  return frame;
}

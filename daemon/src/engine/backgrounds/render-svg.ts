import { Backdrop } from '@backscrub/native';
import type { Size } from './background.js';

export interface SvgOptions {
  /** Its tones have 8 bits, so a trace of grain keeps slow gradients from showing steps; not where it is still to be scaled. */
  readonly grain?: boolean;
  /** The size of the drawing, of which the middle is taken; the frame's by default. */
  readonly drawn?: Size;
}

/** Renders a drawing of our own. */
export async function renderSvg(
  svg: string,
  { width, height }: Size,
  { grain = true, drawn = { width, height } }: SvgOptions = {},
): Promise<Backdrop> {
  const { default: sharp } = await import('sharp');
  const rgb = await sharp(Buffer.from(svg))
    .resize(drawn.width, drawn.height, { fit: 'fill' })
    .extract({
      left: Math.floor((drawn.width - width) / 2),
      top: Math.floor((drawn.height - height) / 2),
      width,
      height,
    })
    .flatten({ background: '#000000' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const frame = new Backdrop(width, height);
  frame.loadRgb(rgb);
  if (grain) frame.addGrain();
  return frame;
}

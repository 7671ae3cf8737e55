import { Frame } from '@backscrub/native';
import type { Size } from './background.js';

/**
 * Renders a drawing of our own.
 * @param surface its tones have 8 bits, so a trace of grain keeps slow gradients from showing steps; `smooth` has none, for what is
 *   to be scaled first
 */
export async function renderSvg(
  svg: string,
  { width, height }: Size,
  surface: 'grain' | 'smooth' = 'grain',
): Promise<Frame> {
  const { default: sharp } = await import('sharp');
  const rgb = await sharp(Buffer.from(svg))
    .resize(width, height, { fit: 'fill' })
    .flatten({ background: '#000000' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const frame = new Frame(width, height);
  frame.loadRgb(rgb);
  if (surface === 'grain') frame.addGrain();
  return frame;
}

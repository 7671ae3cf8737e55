import type { Backdrop } from '@backscrub/native';
import type { BackgroundSpec, Rgb } from '../../shared/background-spec.js';
import type { Size } from './background.js';
import { renderSvg } from './render-svg.js';
import { enlarge, smoothSize } from './smooth.js';

type Gradient = Extract<BackgroundSpec, { kind: 'gradient' }>;

/**
 * A frame that goes from one colour to the other. The line between them runs through the middle and is as long as the frame is
 * in its direction, so that both colours are reached in opposite corners (as in CSS Images 3, 3.1.1).
 */
export async function gradientFrame({ from, to, degrees }: Gradient, size: Size): Promise<Backdrop> {
  const small = smoothSize(size);
  const { width, height } = small;
  const angle = (degrees * Math.PI) / 180;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const half = (Math.abs(width * dx) + Math.abs(height * dy)) / 2;

  const x = (side: number): string => (width / 2 + side * half * dx).toFixed(2);
  const y = (side: number): string => (height / 2 + side * half * dy).toFixed(2);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>` +
    `<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="${x(-1)}" y1="${y(-1)}" x2="${x(1)}" y2="${y(1)}">` +
    `<stop stop-color="${hex(from)}"/><stop offset="1" stop-color="${hex(to)}"/></linearGradient></defs>` +
    `<rect width="${width}" height="${height}" fill="url(#g)"/></svg>`;
  return enlarge(await renderSvg(svg, small, { grain: size.height === small.height }), size);
}

function hex(rgb: Rgb): string {
  return `#${rgb.map((level) => level.toString(16).padStart(2, '0')).join('')}`;
}

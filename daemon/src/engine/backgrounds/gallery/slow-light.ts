import { drawing, glow, ground, linear, n } from './canvas.js';
import type { GalleryAnimation } from './picture.js';

/** A light: colour, strength, radius; the middle of its orbit and the orbit's radii; turns per loop, and where it begins. */
const LIGHTS = [
  ['#3f74ad', 0.85, 560, 250, 190, 120, 100, 1, 0],
  ['#77579f', 0.75, 560, 1050, 540, 130, 90, -1, 0.3],
  ['#3b8794', 0.6, 480, 230, 640, 150, 60, -1, 0.8],
  ['#d99a78', 0.6, 400, 1010, 130, 110, 70, 1, 0.55],
  ['#a7688f', 0.55, 420, 650, 330, 150, 80, 1, 0.15],
] as const;

/** Large lights that drift slowly around. */
export const SLOW_LIGHT: GalleryAnimation = {
  id: 'slow-light',
  name: 'Slow light',
  kind: 'animated',
  keys: 16,
  loopMs: 32_000,
  draw(size, phase) {
    const definitions =
      linear(
        'ground',
        [
          [0, '#1f2c4d'],
          [1, '#33294d'],
        ],
        'x2="0.4" y2="1"',
      ) + LIGHTS.map(([colour, strength], i) => glow(`l${i}`, colour, strength)).join('');
    const lights = LIGHTS.map(([, , radius, x, y, dx, dy, turns, start], i) => {
      const angle = 2 * Math.PI * (turns * phase + start);
      const [cx, cy] = [x + dx * Math.cos(angle), y + dy * Math.sin(angle)];
      return `<ellipse cx="${n(cx)}" cy="${n(cy)}" rx="${n(radius * 1.2)}" ry="${radius}" fill="url(#l${i})"/>`;
    });
    return drawing(size, definitions, ground('url(#ground)') + lights.join(''));
  },
};

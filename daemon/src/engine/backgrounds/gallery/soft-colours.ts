import { drawing, glow, ground, linear, n, type Stop } from './canvas.js';
import type { GalleryStill } from './picture.js';

/** Colour, strength, x, y, radius. */
type Light = readonly [string, number, number, number, number];

function soft(id: string, name: string, base: readonly Stop[], lights: readonly Light[]): GalleryStill {
  const definitions =
    linear('base', base, 'x2="0.35" y2="1"') +
    lights.map(([colour, strength], i) => glow(`g${i}`, colour, strength)).join('');
  const body =
    ground('url(#base)') +
    lights
      .map(
        ([, , x, y, r], i) =>
          `<ellipse cx="${x}" cy="${y}" rx="${n(r * 1.25)}" ry="${r}" fill="url(#g${i})"/>`,
      )
      .join('');
  return { id, name, kind: 'still', draw: (size) => drawing(size, definitions, body) };
}

export const SOFT_DAWN = soft(
  'soft-dawn',
  'Soft dawn',
  [
    [0, '#8fa3c4'],
    [0.55, '#d9b9b4'],
    [1, '#e8c3a0'],
  ],
  [
    ['#fbe6cf', 0.9, 1010, 170, 520],
    ['#7c8fbb', 0.75, 130, 90, 520],
    ['#e59f86', 0.6, 240, 690, 460],
    ['#f3cfa8', 0.7, 1180, 660, 460],
    ['#c9a3bd', 0.5, 620, 330, 420],
  ],
);

export const SOFT_OCEAN = soft(
  'soft-ocean',
  'Soft ocean',
  [
    [0, '#16344f'],
    [0.6, '#1f5b73'],
    [1, '#16405a'],
  ],
  [
    ['#5fb3b8', 0.7, 1050, 130, 520],
    ['#0d2238', 0.8, 100, 650, 560],
    ['#3a7ca0', 0.65, 250, 120, 460],
    ['#8fd0c2', 0.35, 930, 90, 300],
    ['#123a58', 0.6, 1200, 700, 460],
  ],
);

export const SOFT_SAGE = soft(
  'soft-sage',
  'Soft sage',
  [
    [0, '#cdd5c6'],
    [0.6, '#aebca8'],
    [1, '#93a692'],
  ],
  [
    ['#f3f1e2', 0.85, 300, 110, 520],
    ['#7f9784', 0.7, 1190, 640, 520],
    ['#dfd9bf', 0.55, 860, 190, 380],
    ['#8da695', 0.5, 60, 700, 420],
  ],
);

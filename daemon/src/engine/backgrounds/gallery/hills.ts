import { blur, chance, drawing, glow, ground, linear, n } from './canvas.js';
import type { GalleryStill } from './picture.js';

/** Height of the ridge, its roughness, its colour and that of the mist at its foot, from far to near. */
const RIDGES = [
  [300, 70, '#a9b6c9', '#cdd0d6'],
  [360, 90, '#8b9fb7', '#bcc6d0'],
  [425, 105, '#6b86a1', '#a3b4c2'],
  [500, 110, '#4d6b85', '#86a0b0'],
  [580, 100, '#324f66', '#5c7a8b'],
  [665, 80, '#1c3446', '#2d4a5c'],
] as const;

/** A ridge as the sum of waves of falling size, each with a phase of its own. */
function ridge(height: number, rough: number, seed: number): string {
  const next = chance(seed);
  const waves = Array.from({ length: 7 }, (_, i) => ({
    length: 900 / 1.75 ** i,
    size: rough / 1.85 ** i,
    phase: next() * 2 * Math.PI,
  }));
  let path = 'M-40,800';
  for (let x = -40; x <= 1320; x += 5) {
    const y = waves.reduce((sum, { length, size, phase }) => {
      const wave = Math.sin((x / length) * 2 * Math.PI + phase);
      // Crests are sharper than valleys.
      return sum - size * (1 - 2 * Math.abs(wave) ** 0.9) * 0.6;
    }, height);
    path += ` L${x},${n(y)}`;
  }
  return `${path} L1320,800 Z`;
}

export const HILLS: GalleryStill = {
  id: 'hills',
  name: 'Misty hills',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('sky', [
        [0, '#8fb0d0'],
        [0.35, '#c9d3dc'],
        [0.6, '#f0dfca'],
      ]) +
      glow('sun', '#fff2d6', 0.95) +
      RIDGES.map(([top, , colour, mist], i) =>
        linear(
          `r${i}`,
          [
            [0, colour],
            [1, mist],
          ],
          `gradientUnits="userSpaceOnUse" x1="0" y1="${top - 60}" x2="0" y2="${top + 190}"`,
        ),
      ).join('') +
      RIDGES.map((_, i) => blur(`b${i}`, i === RIDGES.length - 1 ? 2.2 : 1.1)).join('');
    const body =
      ground('url(#sky)') +
      `<ellipse cx="860" cy="250" rx="620" ry="330" fill="url(#sun)"/>` +
      RIDGES.map(
        ([top, rough], i) =>
          `<path d="${ridge(top, rough, 5 + i * 13)}" fill="url(#r${i})" filter="url(#b${i})"/>`,
      ).join('') +
      `<ellipse cx="860" cy="300" rx="760" ry="300" fill="url(#sun)" opacity="0.35"/>`;
    return drawing(size, definitions, body);
  },
};

import { blur, chance, drawing, glow, ground, linear, n, radial } from './canvas.js';
import type { GalleryStill } from './picture.js';

const COLOURS = ['#ffcf87', '#ffb45e', '#ff9a55', '#ffe2b0', '#f58a6b', '#d9a6ff', '#7fc4d8'];

/** Lights far out of focus: discs with a slightly brighter rim, as a round aperture makes them. */
function discs(seed: number, count: number, least: number, most: number, strength: number): string {
  const next = chance(seed);
  return Array.from({ length: count }, () => {
    const colour = Math.floor(next() ** 1.7 * COLOURS.length);
    const r = least + (most - least) * next() ** 1.5;
    const x = next() * 1380 - 50;
    // More of them where a street or a room would have its lamps.
    const y = 330 + (next() + next() + next() - 1.5) * 330;
    const opacity = strength * (0.35 + 0.65 * next());
    return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="url(#d${colour})" opacity="${n(opacity)}"/>`;
  }).join('');
}

export const BOKEH: GalleryStill = {
  id: 'bokeh',
  name: 'Evening lights',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('night', [
        [0, '#120d16'],
        [0.5, '#2b1a1c'],
        [1, '#160f14'],
      ]) +
      COLOURS.map((colour, i) =>
        radial(`d${i}`, [
          [0, colour, 0.62],
          [0.8, colour, 0.7],
          [0.93, colour, 1],
          [0.97, colour, 0.75],
          [1, colour, 0],
        ]),
      ).join('') +
      glow('warm', '#a8552a', 0.55) +
      glow('cool', '#28506b', 0.4) +
      blur('far', 5) +
      blur('near', 1.6);
    const body =
      ground('url(#night)') +
      `<ellipse cx="900" cy="400" rx="760" ry="420" fill="url(#warm)"/>` +
      `<ellipse cx="160" cy="250" rx="520" ry="380" fill="url(#cool)"/>` +
      `<g style="mix-blend-mode:screen" filter="url(#far)">${discs(7, 70, 7, 20, 0.5)}</g>` +
      `<g style="mix-blend-mode:screen" filter="url(#near)">${discs(21, 34, 22, 58, 0.3)}</g>` +
      `<g style="mix-blend-mode:screen" filter="url(#near)">${discs(5, 9, 70, 105, 0.13)}</g>`;
    return drawing(size, definitions, body);
  },
};

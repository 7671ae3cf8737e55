import { blur, chance, drawing, glow, ground, linear, n, radial, rect } from './canvas.js';
import type { GalleryStill } from './picture.js';

const LIGHTS = ['#ffd79a', '#ffc074', '#fff0cf', '#ffab62', '#bcd9f2'];

/** A row of houses from left to right with some of their windows lit. */
function skyline(
  seed: number,
  ground: number,
  least: number,
  most: number,
  colour: string,
  lit: number,
): string {
  const next = chance(seed);
  let houses = '';
  for (let x = -60; x < 1340; ) {
    const width = 46 + next() * 84;
    const height = least + (most - least) * next() ** 1.6;
    const top = ground - height;
    houses += rect(x, top, width + 1, height + 200, colour);
    if (next() < 0.3) houses += rect(x + width * 0.4, top - 26, 4, 26, colour);
    for (let wy = top + 14; wy < 640; wy += 17) {
      for (let wx = x + 9; wx < x + width - 12; wx += 15) {
        if (next() > lit) continue;
        const light = LIGHTS[Math.floor(next() ** 1.5 * LIGHTS.length)] ?? '#ffd79a';
        houses += rect(wx, wy, 6.5, 9, light, `opacity="${n(0.35 + 0.65 * next())}"`);
      }
    }
    x += width + (next() < 0.25 ? 12 : 0);
  }
  return houses;
}

function streetLights(seed: number): string {
  const next = chance(seed);
  return Array.from({ length: 46 }, () => {
    const y = 560 + next() * 130;
    const light = Math.floor(next() ** 1.3 * LIGHTS.length);
    return `<circle cx="${n(next() * 1280)}" cy="${n(y)}" r="${n(5 + next() * 13)}" fill="url(#s${light})" opacity="${n(0.35 + 0.5 * next())}"/>`;
  }).join('');
}

export const NIGHT_WINDOW: GalleryStill = {
  id: 'night-window',
  name: 'City at night',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('sky', [
        [0, '#0a1226'],
        [0.45, '#1c2748'],
        [0.72, '#4a3a5e'],
        [0.86, '#8a5560'],
        [1, '#b06f58'],
      ]) +
      LIGHTS.map((colour, i) =>
        radial(`s${i}`, [
          [0, colour, 0.75],
          [0.8, colour, 0.8],
          [0.94, colour, 1],
          [1, colour, 0],
        ]),
      ).join('') +
      linear(
        'frame',
        [
          [0, '#211c1d'],
          [0.45, '#3a3030'],
          [1, '#151213'],
        ],
        'x2="1" y2="0"',
      ) +
      linear('rail', [
        [0, '#3b3131'],
        [1, '#141112'],
      ]) +
      linear('sill', [
        [0, '#6a4b38'],
        [0.16, '#4a3428'],
        [1, '#1f1612'],
      ]) +
      glow('lamp', '#ffb56b', 0.5) +
      glow('haze', '#d98a66', 0.5) +
      blur('far', 3.6) +
      blur('mid', 1.8) +
      blur('near', 1.2);
    const body =
      ground('url(#sky)') +
      `<ellipse cx="700" cy="610" rx="900" ry="300" fill="url(#haze)"/>` +
      `<g filter="url(#far)">${skyline(3, 600, 120, 330, '#2c2f4f', 0.12)}</g>` +
      `<g filter="url(#mid)">${skyline(11, 640, 90, 390, '#171a30', 0.2)}</g>` +
      `<g filter="url(#mid)">${skyline(29, 700, 70, 220, '#0d0f1d', 0.16)}</g>` +
      `<g filter="url(#near)" style="mix-blend-mode:screen">${streetLights(17)}</g>` +
      `<ellipse cx="-20" cy="430" rx="520" ry="460" fill="url(#lamp)" style="mix-blend-mode:screen" opacity="0.22"/>` +
      `<g filter="url(#near)">${[-22, 410, 842, 1270].map((x) => rect(x, -40, 30, 720, 'url(#frame)')).join('')}` +
      `${rect(-60, -40, 1400, 54, 'url(#rail)')}${rect(-60, 660, 1400, 100, 'url(#sill)')}</g>` +
      `<ellipse cx="40" cy="680" rx="420" ry="90" fill="url(#lamp)" style="mix-blend-mode:screen" opacity="0.8"/>`;
    return drawing(size, definitions, body);
  },
};

import { blur, chance, drawing, glow, ground, linear, n, rect } from './canvas.js';
import type { GalleryStill } from './picture.js';

const PITCH = 34;
const SLAT = 24;
const WOODS = ['#8a6242', '#7d5838', '#936a48', '#84593a', '#8c664a', '#765233'];

/** Upright slats of oiled wood before a dark felt, each a little different. */
function slats(): string {
  const next = chance(8);
  let all = '';
  for (let x = -46; x < 1330; x += PITCH) {
    const wood = WOODS[Math.floor(next() * WOODS.length)] ?? '#8a6242';
    all += rect(x, -40, SLAT, 800, wood);
    for (let i = 0; i < 5; i++) {
      const at = x + 2 + next() * (SLAT - 4);
      all += `<path d="M${n(at)},-40 C${n(at + 3 * next())},200 ${n(at - 3 * next())},480 ${n(at + 1.5)},760" fill="none" stroke="#4b3120" stroke-width="${n(0.6 + next())}" opacity="${n(0.14 + 0.2 * next())}"/>`;
    }
    all += rect(x, -40, SLAT, 800, 'url(#slat)');
  }
  return all;
}

function leaf(x: number, y: number, turn: number, length: number, colour: string): string {
  const w = length * 0.2;
  return `<path transform="translate(${x} ${y}) rotate(${turn})" d="M0,0 C${n(-w)},${n(-length * 0.35)} ${n(-w * 0.8)},${n(-length * 0.8)} 0,${-length} C${n(w * 0.8)},${n(-length * 0.8)} ${n(w)},${n(-length * 0.35)} 0,0 Z" fill="${colour}"/>`;
}

export const WOOD_SLATS: GalleryStill = {
  id: 'wood-slats',
  name: 'Wooden wall',
  kind: 'still',
  draw(size) {
    const definitions =
      linear(
        'slat',
        [
          [0, '#fff', 0.16],
          [0.12, '#fff', 0.05],
          [0.7, '#000', 0.06],
          [1, '#000', 0.4],
        ],
        'x2="1" y2="0"',
      ) +
      linear('top', [
        [0, '#ffdca6', 0.85],
        [0.12, '#ffcf8f', 0.5],
        [0.35, '#ffbf78', 0.16],
        [0.7, '#ffbf78', 0],
      ]) +
      linear('floor', [
        [0, '#0b0705', 0],
        [0.55, '#0b0705', 0.18],
        [1, '#0b0705', 0.62],
      ]) +
      linear(
        'pot',
        [
          [0, '#3e3d3b'],
          [0.35, '#77746f'],
          [1, '#2b2a29'],
        ],
        'x2="1" y2="0"',
      ) +
      glow('side', '#140c08', 0.7) +
      blur('depth', 1.5) +
      blur('plant', 3.2);
    const leaves = [
      [-64, 210, '#2f4a33'],
      [-42, 270, '#3c5f3f'],
      [-20, 310, '#2c4630'],
      [4, 330, '#48714a'],
      [24, 300, '#35573a'],
      [47, 250, '#2a432e'],
      [70, 200, '#3d6040'],
      [-8, 230, '#567f55'],
      [34, 210, '#4b7650'],
    ] as const;
    const body =
      ground('#17100c') +
      `<g filter="url(#depth)">${slats()}</g>` +
      ground('url(#top)', 'style="mix-blend-mode:soft-light"') +
      ground('url(#top)', 'opacity="0.42"') +
      ground('url(#floor)') +
      `<ellipse cx="-60" cy="560" rx="560" ry="620" fill="url(#side)"/>` +
      `<g filter="url(#plant)">${leaves.map(([turn, length, colour]) => leaf(1130, 560, turn, length, colour)).join('')}` +
      `<path d="M1062,548 h136 l-16,190 h-104 z" fill="url(#pot)"/></g>`;
    return drawing(size, definitions, body);
  },
};

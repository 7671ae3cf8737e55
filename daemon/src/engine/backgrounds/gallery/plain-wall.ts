import { blur, chance, drawing, glow, ground, linear, n, rect } from './canvas.js';
import type { GalleryStill } from './picture.js';

/** The shadow of a branch: leaves along a bent stem. */
function branch(x: number, y: number, turn: number, length: number, seed: number): string {
  const next = chance(seed);
  const leaves: string[] = [];
  for (let i = 1; i <= 8; i++) {
    const along = (i / 8) * length;
    const drop = (i / 8) ** 2 * length * 0.22;
    const size = 150 * (1 - i / 15) * (0.8 + 0.4 * next());
    for (const side of [-1, 1]) {
      const angle = side * (38 + 14 * next()) + 12;
      leaves.push(
        `<path transform="translate(${n(along)} ${n(drop)}) rotate(${n(angle)})" d="M0,0 C${n(size * 0.3)},${n(-size * 0.2)} ${n(size * 0.75)},${n(-size * 0.16)} ${n(size)},0 C${n(size * 0.75)},${n(size * 0.16)} ${n(size * 0.3)},${n(size * 0.2)} 0,0 Z"/>`,
      );
    }
  }
  const stem = `<path d="M0,0 Q${n(length * 0.5)},${n(length * 0.02)} ${n(length)},${n(length * 0.22)}" fill="none" stroke="#5d5348" stroke-width="4"/>`;
  return `<g transform="translate(${x} ${y}) rotate(${turn})">${stem}${leaves.join('')}</g>`;
}

export const PLAIN_WALL: GalleryStill = {
  id: 'plain-wall',
  name: 'Wall in the morning',
  kind: 'still',
  draw(size) {
    const pane = (x: number, y: number, width: number, height: number): string =>
      rect(x, y, width, height, '#fff4dd');
    const definitions =
      linear(
        'wall',
        [
          [0, '#d6cfc4'],
          [0.6, '#cbc2b5'],
          [1, '#b3a899'],
        ],
        'x1="0.1" x2="0.5" y2="1"',
      ) +
      glow('sun', '#fff3dc', 0.7) +
      glow('corner', '#7d7263', 0.55) +
      blur('edge', 7) +
      blur('leaf', 7);
    const window =
      `<g transform="translate(300 -40) skewX(-17) rotate(4)" filter="url(#edge)" opacity="0.62">` +
      [0, 1, 2]
        .map((row) => [0, 1].map((column) => pane(90 + column * 232, row * 196, 214, 178)).join(''))
        .join('') +
      `</g>`;
    const body =
      ground('url(#wall)') +
      `<ellipse cx="560" cy="200" rx="700" ry="480" fill="url(#sun)"/>` +
      window +
      `<g fill="#5d5348" opacity="0.17" filter="url(#leaf)">${branch(1350, 20, 156, 520, 4)}${branch(1360, 330, 174, 380, 9)}${branch(-90, 560, -42, 330, 13)}</g>` +
      `<ellipse cx="1330" cy="760" rx="760" ry="560" fill="url(#corner)"/>` +
      `<ellipse cx="-60" cy="-40" rx="420" ry="420" fill="url(#corner)" opacity="0.5"/>`;
    return drawing(size, definitions, body);
  },
};

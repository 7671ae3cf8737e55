import { blur, drawing, glow, ground, linear, n, rect } from './canvas.js';
import type { GalleryStill } from './picture.js';

/** A framed print: frame, mount, and what is on it. */
function print(x: number, y: number, width: number, height: number, picture: string): string {
  return (
    rect(x + 7, y + 11, width, height, '#0f1612', 'opacity="0.5" filter="url(#shadow)"') +
    rect(x, y, width, height, '#c8a777') +
    rect(x + 6, y + 6, width - 12, height - 12, '#efe9dd') +
    `<svg x="${x + 30}" y="${y + 30}" width="${width - 60}" height="${height - 60}" viewBox="0 0 100 140" preserveAspectRatio="xMidYMid slice">${picture}</svg>`
  );
}

const SUNSET =
  '<rect width="100" height="140" fill="#e9d3b8"/><circle cx="60" cy="52" r="24" fill="#d07a4f"/><path d="M0,92 Q30,70 60,88 T100,80 V140 H0 Z" fill="#7f8f83"/><path d="M0,112 Q40,94 100,112 V140 H0 Z" fill="#41584f"/>';
const SHAPES =
  '<rect width="100" height="140" fill="#e6ddd0"/><path d="M22,120 V70 a28,28 0 0 1 56,0 V120 Z" fill="#b9694a"/><circle cx="50" cy="34" r="15" fill="#d9a65b"/><path d="M10,120 H90" stroke="#4a4038" stroke-width="3"/>';

function lamp(): string {
  return (
    `<path d="M214,560 V404" stroke="#b8975f" stroke-width="7"/><ellipse cx="214" cy="563" rx="40" ry="9" fill="#8f7447"/>` +
    `<path d="M168,300 h92 l30,112 h-152 z" fill="url(#cloth)"/>`
  );
}

function plant(): string {
  const leaves = [
    [-68, 150],
    [-50, 200],
    [-31, 240],
    [-13, 262],
    [6, 270],
    [24, 245],
    [43, 205],
    [62, 160],
    [-40, 140],
    [33, 150],
  ] as const;
  return `${leaves
    .map(([turn, length], i) => {
      const w = length * 0.15;
      const colour = ['#5f8560', '#46694b', '#38573f', '#6f9569'][i % 4] ?? '#46694b';
      return `<path transform="translate(1092 470) rotate(${turn})" d="M0,0 C${n(-w)},${n(-length * 0.4)} ${n(-w)},${n(-length * 0.8)} 0,${-length} C${n(w)},${n(-length * 0.8)} ${n(w)},${n(-length * 0.4)} 0,0 Z" fill="${colour}"/>`;
    })
    .join('')}<path d="M1046,462 h92 l-11,104 h-70 z" fill="url(#pot)"/>`;
}

export const LIVING_ROOM: GalleryStill = {
  id: 'living-room',
  name: 'Living room',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('wall', [
        [0, '#4b6158'],
        [0.7, '#3f544c'],
        [1, '#34463f'],
      ]) +
      linear('wood', [
        [0, '#b5855a'],
        [0.07, '#9a6d45'],
        [1, '#6a482c'],
      ]) +
      linear('cloth', [
        [0, '#ffe3b3'],
        [0.6, '#ffd08a'],
        [1, '#e8a95e'],
      ]) +
      linear(
        'pot',
        [
          [0, '#b9aa98'],
          [0.35, '#ece2d4'],
          [1, '#94867a'],
        ],
        'x2="1" y2="0"',
      ) +
      glow('warm', '#ffc987', 0.75) +
      glow('day', '#dfeadf', 0.3) +
      glow('dark', '#0e1512', 0.42) +
      blur('depth', 3) +
      blur('shadow', 9);
    const door = (x: number): string =>
      rect(x, 586, 336, 140, 'none', 'stroke="#5a3c24" stroke-width="3"') +
      rect(x + 150, 610, 36, 5, '#d8c197');
    const body =
      ground('url(#wall)') +
      `<ellipse cx="1080" cy="60" rx="760" ry="480" fill="url(#day)"/>` +
      `<ellipse cx="214" cy="400" rx="520" ry="430" fill="url(#warm)" opacity="0.7"/>` +
      `<g filter="url(#depth)">` +
      print(350, 96, 190, 250, SUNSET) +
      print(800, 70, 210, 276, SHAPES) +
      rect(-40, 570, 1360, 190, '#0d120f', 'opacity="0.45" filter="url(#shadow)"') +
      rect(-40, 562, 1360, 200, 'url(#wood)') +
      [-30, 312, 654, 996].map(door).join('') +
      rect(318, 520, 120, 20, '#7b3f38') +
      rect(326, 502, 104, 18, '#d9cdb6') +
      rect(322, 540, 128, 22, '#34506a') +
      plant() +
      lamp() +
      `</g>` +
      `<ellipse cx="214" cy="365" rx="300" ry="230" fill="url(#warm)" opacity="0.85" style="mix-blend-mode:screen"/>` +
      `<ellipse cx="1350" cy="760" rx="560" ry="420" fill="url(#dark)"/>`;
    return drawing(size, definitions, body);
  },
};

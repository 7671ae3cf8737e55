import { blur, chance, drawing, glow, linear, n, rect } from './canvas.js';
import type { GalleryStill } from './picture.js';

const SPINES = [
  '#7d3b34',
  '#33475b',
  '#c9b48f',
  '#556049',
  '#8c6a3f',
  '#2d3a3a',
  '#a65b41',
  '#d8cdb8',
  '#43506a',
  '#6e5a6b',
  '#b08a57',
  '#394a3f',
];
const SHELVES = [18, 198, 378, 558];
const SHELF_HEIGHT = 180;
const BOARD = 16;
const BAYS = [-40, 300, 640, 980];
const BAY = 340;
const POST = 18;

/** One book with its back to us: rounded by light and shade, with a title band. */
function book(
  x: number,
  floor: number,
  width: number,
  height: number,
  colour: string,
  next: () => number,
): string {
  const y = floor - height;
  const band = next();
  let spine = rect(x, y, width, height, colour) + rect(x, y, width, height, 'url(#round)');
  if (band < 0.45)
    spine +=
      rect(x, y + height * 0.14, width, 3, '#e3cf9c', 'opacity="0.6"') +
      rect(x, y + height * 0.2, width, 2, '#e3cf9c', 'opacity="0.45"');
  else if (band < 0.7)
    spine += rect(
      x + width * 0.22,
      y + height * 0.24,
      width * 0.56,
      height * 0.26,
      '#efe6d2',
      'opacity="0.55"',
    );
  return spine;
}

/** A bay's books: upright ones, sometimes a gap with a leaning one, sometimes a lying pile. */
function bay(left: number, floor: number, seed: number): string {
  const next = chance(seed);
  const end = left + BAY - POST;
  let x = left + 4;
  let books = '';
  const gap = next() < 0.75 ? left + 90 + next() * 120 : Number.POSITIVE_INFINITY;
  let filled = false;
  while (x < end - 14) {
    if (x > gap && !filled) {
      filled = true;
      const kind = next();
      if (kind < 0.4) {
        let top = floor;
        for (let i = 0; i < 3; i++) {
          const thick = 16 + next() * 10;
          const wide = 92 - i * 9 - next() * 8;
          top -= thick;
          books +=
            rect(x + i * 4, top, wide, thick, pick(next)) + rect(x + i * 4, top, wide, thick, 'url(#lying)');
        }
        x += 104;
      } else if (kind < 0.7) {
        books += vase(x + 42, floor, next() < 0.5 ? '#b9c0b4' : '#c98f6c');
        x += 92;
      } else {
        books += plant(x + 48, floor);
        x += 104;
      }
      continue;
    }
    const width = 15 + next() ** 1.4 * 24;
    const height = 104 + next() * 44;
    if (x + width > end) break;
    books += book(x, floor, width, height, pick(next), next);
    x += width + 0.8;
  }
  return books;
}

function pick(next: () => number): string {
  return SPINES[Math.floor(next() * SPINES.length)] ?? '#7d3b34';
}

function vase(x: number, floor: number, colour: string): string {
  const shape = `M${x - 16},${floor} C${x - 44},${floor - 34} ${x - 30},${floor - 70} ${x - 11},${floor - 86} L${x - 13},${floor - 104} L${x + 13},${floor - 104} L${x + 11},${floor - 86} C${x + 30},${floor - 70} ${x + 44},${floor - 34} ${x + 16},${floor} Z`;
  return `<path d="${shape}" fill="${colour}"/><path d="${shape}" fill="url(#round)"/>`;
}

function plant(x: number, floor: number): string {
  const leaves = [-62, -40, -22, -5, 14, 33, 55]
    .map((turn, i) => {
      const length = 78 + ((i * 37) % 30);
      const fill = i % 2 === 0 ? '#56724e' : '#3f5a3e';
      return `<path transform="rotate(${turn} ${x} ${floor - 42})" d="M${x},${floor - 40} C${x - 17},${floor - 40 - length * 0.5} ${x - 8},${floor - 40 - length * 0.9} ${x},${floor - 40 - length} C${x + 8},${floor - 40 - length * 0.9} ${x + 17},${floor - 40 - length * 0.5} ${x},${floor - 40} Z" fill="${fill}"/>`;
    })
    .join('');
  return `${leaves}<path d="M${x - 30},${floor - 46} h60 l-7,46 h-46 z" fill="#d6cec0"/><path d="M${x - 30},${floor - 46} h60 l-7,46 h-46 z" fill="url(#round)"/>`;
}

export const BOOK_SHELF: GalleryStill = {
  id: 'book-shelf',
  name: 'Book shelf',
  kind: 'still',
  draw(size) {
    const definitions =
      linear(
        'round',
        [
          [0, '#000', 0.42],
          [0.22, '#fff', 0.1],
          [0.45, '#fff', 0.06],
          [1, '#000', 0.46],
        ],
        'x2="1" y2="0"',
      ) +
      linear('lying', [
        [0, '#fff', 0.14],
        [0.4, '#000', 0],
        [1, '#000', 0.45],
      ]) +
      linear('inside', [
        [0, '#1d130d'],
        [0.5, '#3a281b'],
        [1, '#4a3423'],
      ]) +
      linear('board', [
        [0, '#a9794e'],
        [0.3, '#8a5f3b'],
        [1, '#5e3f27'],
      ]) +
      linear(
        'post',
        [
          [0, '#6b4a2f'],
          [0.5, '#93673f'],
          [1, '#5a3d26'],
        ],
        'x2="1" y2="0"',
      ) +
      linear('shade', [
        [0, '#000', 0.62],
        [0.35, '#000', 0.12],
        [1, '#000', 0],
      ]) +
      glow('lamp', '#ffdca8', 0.55) +
      glow('dark', '#0c0806', 0.75) +
      blur('depth', 2.4);
    const rows = SHELVES.map((top, row) => {
      const floor = top + SHELF_HEIGHT - BOARD;
      const books = BAYS.map((left, column) => bay(left + POST, floor, 31 + row * 17 + column * 7)).join('');
      return (
        rect(-40, top, 1360, SHELF_HEIGHT, 'url(#inside)') +
        books +
        rect(-40, top, 1360, SHELF_HEIGHT - BOARD, 'url(#shade)') +
        rect(-40, floor, 1360, BOARD, 'url(#board)')
      );
    }).join('');
    const posts = BAYS.map((left) => rect(left, -40, POST, 800, 'url(#post)')).join('');
    const body =
      `<g filter="url(#depth)">${rect(-40, -40, 1360, 58, 'url(#board)')}${rows}${posts}</g>` +
      `<ellipse cx="330" cy="120" rx="760" ry="520" fill="url(#lamp)" style="mix-blend-mode:soft-light"/>` +
      `<ellipse cx="330" cy="100" rx="560" ry="380" fill="url(#lamp)" opacity="0.35"/>` +
      `<ellipse cx="${n(1290)}" cy="700" rx="760" ry="620" fill="url(#dark)"/>`;
    return drawing(size, definitions, body);
  },
};

/**
 * A room that cannot be mistaken: dark and light blocks, in which each tile of 64 pixels has a code of its own. How much of its
 * code a tile of a picture has is how much of it shows the room.
 *
 * The room looks the same mirrored and upside down, so that one judge does for all orientations. In each tile as many blocks
 * of every row and column are light as are dark: what is plain, a gradient or striped has nothing of any code.
 */
import type { Size } from './yuyv.js';

export const BLOCK = 8;
/** Blocks of a tile's side. */
const SIDE = 8;
export const TILE = BLOCK * SIDE;
export const COLUMNS = 20;
export const ROWS = 11;
/** The picture that has exactly these tiles, and a row of blocks above and below. */
export const CHECKED: Size = { width: COLUMNS * TILE, height: ROWS * TILE + 2 * BLOCK };
const MIDDLE = 126;
/** Levels of luma by which a block is lighter or darker than the middle. */
const AMPLITUDE = 70;
/** Sequences of as many light blocks as dark ones, which read the same backwards. */
const SEQUENCES = [0b0011, 0b0101, 0b0110, 0b1001, 0b1010, 0b1100].map((bits) =>
  Array.from({ length: SIDE }, (_, at) => ((bits >> Math.min(at, SIDE - 1 - at)) & 1 ? 1 : -1)),
);

function sequence(index: number): readonly number[] {
  return SEQUENCES[index % SEQUENCES.length] ?? [];
}

/** 1 for a light block, -1 for a dark one; `x` and `y` count blocks from the upper left corner of the tiles. */
function sign(x: number, y: number): number {
  const column = Math.floor(x / SIDE);
  const row = Math.floor(y / SIDE);
  const number = 7 * Math.min(column, COLUMNS - 1 - column) + 11 * Math.min(row, ROWS - 1 - row);
  return (sequence(number)[x % SIDE] ?? 0) * (sequence(Math.floor(number / 3))[y % SIDE] ?? 0);
}

/** The room's luma, one byte for each pixel of CHECKED. */
export function checkedRoom(): Uint8Array {
  const { width, height } = CHECKED;
  const luma = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const block = Math.min(Math.max(Math.floor(y / BLOCK) - 1, 0), ROWS * SIDE - 1);
    for (let x = 0; x < width; x++)
      luma[y * width + x] = MIDDLE + AMPLITUDE * sign(Math.floor(x / BLOCK), block);
  }
  return luma;
}

/**
 * Puts a person before the room.
 *
 * @param person RGBA, of CHECKED's size
 * @returns RGB, full range
 */
export function beforeCheckedRoom(person: Uint8Array): Uint8Array {
  const room = checkedRoom();
  const rgb = new Uint8Array(room.length * 3);
  for (const [pixel, luma] of room.entries()) {
    // The luma of a grey is from 16 to 235.
    const grey = ((luma - 16) * 255) / 219;
    const alpha = (person[pixel * 4 + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++)
      rgb[pixel * 3 + channel] = Math.round((person[pixel * 4 + channel] ?? 0) * alpha + grey * (1 - alpha));
  }
  return rgb;
}

/** The same as the signs of all blocks in the tiles, row by row, for guest/tiles.h. */
export function checkedSigns(): Int8Array {
  const across = COLUMNS * SIDE;
  return Int8Array.from({ length: across * ROWS * SIDE }, (_, at) =>
    sign(at % across, Math.floor(at / across)),
  );
}

/**
 * How much of each tile shows the room: 1 the raw room, 0 nothing of it; below 0 what resembles its negative.
 *
 * @param luma one byte for each pixel of CHECKED
 */
export function tileShares(luma: Uint8Array): number[] {
  const shares = new Array<number>(COLUMNS * ROWS).fill(0);
  for (let y = 0; y < ROWS * SIDE; y++) {
    for (let x = 0; x < COLUMNS * SIDE; x++) {
      const pixel = (y + 1) * BLOCK * CHECKED.width + x * BLOCK;
      let sum = 0;
      for (const dy of [2, 5]) for (const dx of [2, 5]) sum += luma[pixel + dy * CHECKED.width + dx] ?? 0;
      const tile = Math.floor(y / SIDE) * COLUMNS + Math.floor(x / SIDE);
      shares[tile] = (shares[tile] ?? 0) + (sign(x, y) * sum) / (4 * SIDE * SIDE * AMPLITUDE);
    }
  }
  return shares;
}

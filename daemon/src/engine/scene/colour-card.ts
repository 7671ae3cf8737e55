/** A patch of the colour card: its colour and the pixels that are surely of this colour (even numbers, no edges). */
export interface ColourPatch {
  readonly name: string;
  readonly rgb: readonly [red: number, green: number, blue: number];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ColourCard {
  /** Packed 8-bit RGB, width * height * 3 bytes. */
  readonly rgb: Buffer;
  readonly patches: readonly ColourPatch[];
}

const COLOURS: readonly (readonly [name: string, red: number, green: number, blue: number])[] = [
  ['red', 255, 0, 0],
  ['green', 0, 255, 0],
  ['blue', 0, 0, 255],
  ['white', 255, 255, 255],
  ['black', 0, 0, 0],
  ['grey', 128, 128, 128],
  ['light skin', 243, 205, 176],
  ['medium skin', 198, 142, 108],
  ['dark skin', 92, 58, 42],
];
const COLUMNS = 3;
/** Chroma of 4:2:0 and the blocks of JPEG and H.264 mix neighbours at most this far. */
const EDGE = 16;

/**
 * A picture of nine known colours in three rows, for checks that colours survive a way through files and devices.
 * @throws RangeError below 192x192, where the edges would leave nothing of a patch
 */
export function colourCard(width: number, height: number): ColourCard {
  const rows = COLOURS.length / COLUMNS;
  const columnWidth = Math.floor(width / COLUMNS / 2) * 2;
  const rowHeight = Math.floor(height / rows / 2) * 2;
  if (columnWidth < 4 * EDGE || rowHeight < 4 * EDGE) {
    throw new RangeError(`a colour card of ${width}x${height} is too small: use 192x192 or more`);
  }
  const rgb = Buffer.alloc(width * height * 3);
  const patches = COLOURS.map(([name, red, green, blue], index): ColourPatch => {
    const column = index % COLUMNS;
    const row = Math.floor(index / COLUMNS);
    const left = column * columnWidth;
    const top = row * rowHeight;
    // The last column and row take what rounding leaves.
    const right = column === COLUMNS - 1 ? width : left + columnWidth;
    const bottom = row === rows - 1 ? height : top + rowHeight;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) rgb.set([red, green, blue], (y * width + x) * 3);
    }
    return {
      name,
      rgb: [red, green, blue],
      x: left + EDGE,
      y: top + EDGE,
      width: columnWidth - 2 * EDGE,
      height: rowHeight - 2 * EDGE,
    };
  });
  return { rgb, patches };
}

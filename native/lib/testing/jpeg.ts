/** Writes baseline JPEG files (T.81), also such as nobody should. */

export interface JpegShape {
  readonly width: number;
  readonly height: number;
  /** Sampling factors of luma; chroma has 1x1. */
  readonly across: number;
  readonly down: number;
  readonly grey?: boolean;
  /** The components of each scan; all in one by default. */
  readonly scans?: readonly (readonly number[])[];
  /** Value of a component's 8x8 block. */
  block(component: number, x: number, y: number): number;
}

/** Codes of the standard tables (T.81 annex K) for the number of bits of a DC difference. */
const LUMA_DC = ['00', '010', '011', '100', '101', '110', '1110', '11110', '111110', '1111110'];
const CHROMA_DC = ['00', '01', '10', '110', '1110', '11110', '111110', '1111110', '11111110', '111111110'];
const LUMA_END = '1010';
const CHROMA_END = '00';

/** A marker with the length of what follows. */
export function segment(marker: number, ...bytes: number[]): number[] {
  return [0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff, ...bytes];
}

function difference(value: number, codes: readonly string[]): string {
  if (value === 0) return codes[0] ?? '';
  const size = Math.abs(value).toString(2).length;
  const bits = value > 0 ? value : value + 2 ** size - 1;
  return (codes[size] ?? '') + bits.toString(2).padStart(size, '0');
}

/** A JPEG of flat blocks, as cameras send it: no Huffman tables (decoders know the standard ones). */
export function jpegOf(shape: JpegShape): Uint8Array {
  const { width, height, across, down, grey = false } = shape;
  const components = grey ? [0] : [0, 1, 2];
  const [columns, rows] = grey ? [1, 1] : [across, down];
  const factors = components.flatMap((c) => [c + 1, c === 0 ? (columns << 4) | rows : 0x11, 0]);
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...new Array(64).fill(8)),
    ...segment(0xc0, 8, height >> 8, height & 255, width >> 8, width & 255, components.length, ...factors),
    ...(shape.scans ?? [components]).flatMap((scan) => scanOf(shape, scan)),
    ...[0xff, 0xd9],
  ]);
}

/** Its header and data. A scan of one component has that component's blocks line by line. */
export function scanOf(shape: JpegShape, components: readonly number[]): number[] {
  const { width, height, across, down, grey = false, block } = shape;
  const [columns, rows] = grey ? [1, 1] : [across, down];
  const alone = components.length === 1;
  const last = [0, 0, 0];
  let bits = '';
  const put = (c: number, x: number, y: number): void => {
    // Quantised by 8, a flat block's only coefficient is its value less 128.
    const value = block(c, x, y) - 128;
    bits += difference(value - (last[c] ?? 0), c === 0 ? LUMA_DC : CHROMA_DC);
    bits += c === 0 ? LUMA_END : CHROMA_END;
    last[c] = value;
  };
  const luma = alone && components[0] === 0;
  const unit = { width: luma ? 8 : 8 * columns, height: luma ? 8 : 8 * rows };
  for (let my = 0; my < Math.ceil(height / unit.height); my++) {
    for (let mx = 0; mx < Math.ceil(width / unit.width); mx++) {
      for (const c of components) {
        const [nx, ny] = c === 0 && !alone ? [columns, rows] : [1, 1];
        for (let by = 0; by < ny; by++) {
          for (let bx = 0; bx < nx; bx++) put(c, mx * nx + bx, my * ny + by);
        }
      }
    }
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const data: number[] = [];
  for (let i = 0; i < bits.length; i += 8) {
    const byte = Number.parseInt(bits.slice(i, i + 8), 2);
    data.push(byte, ...(byte === 0xff ? [0] : []));
  }
  const tables = components.flatMap((c) => [c + 1, c === 0 ? 0 : 0x11]);
  return [...segment(0xda, components.length, ...tables, 0, 63, 0), ...data];
}

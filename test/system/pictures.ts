/** Pictures of the tests that are no scene: the chosen background, the card of known colours. Packed RGB. */
import type { Rgb, Size } from './yuyv.js';

/** The virtual camera's size in all scenarios. */
export const VIRTUAL: Size = { width: 1280, height: 720 };

function paint({ width, height }: Size, colour: (x: number, y: number) => Rgb): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) rgb.set(colour(x, y), at);
  }
  return rgb;
}

/** Soft colours everywhere different, no edges: any pixel that is not where it belongs shows, and no edge of a room does. */
export function paintBackground(size: Size): Uint8Array {
  return paint(size, (x, y) => {
    const across = x / size.width;
    const down = y / size.height;
    return [
      Math.round(60 + 150 * across),
      Math.round(110 + 70 * Math.sin(3 * Math.PI * down) * Math.cos(2 * Math.PI * across)),
      Math.round(210 - 150 * down),
    ];
  });
}

export const KNOWN_COLOURS: Readonly<Record<string, Rgb>> = {
  red: [255, 0, 0],
  green: [0, 255, 0],
  blue: [0, 0, 255],
  white: [255, 255, 255],
  black: [0, 0, 0],
  'light skin': [241, 194, 167],
  'medium skin': [198, 134, 98],
  'dark skin': [92, 58, 40],
};

const COLUMNS = 4;
const ROWS = 2;

/** Where each known colour is on the card: the patch's left, top, width and height. */
export function patch(index: number, size: Size): { x: number; y: number; width: number; height: number } {
  const width = size.width / COLUMNS;
  const height = size.height / ROWS;
  return { x: (index % COLUMNS) * width, y: Math.floor(index / COLUMNS) * height, width, height };
}

export function paintColourCard(size: Size): Uint8Array {
  const colours = Object.values(KNOWN_COLOURS);
  return paint(size, (x, y) => {
    const column = Math.floor((x * COLUMNS) / size.width);
    const row = Math.floor((y * ROWS) / size.height);
    return colours[row * COLUMNS + column] ?? [0, 0, 0];
  });
}

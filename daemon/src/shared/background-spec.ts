/** How a background is named: by SetBackground, in the settings, on the command line. */
import { BackscrubError } from './errors.js';

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

export type BackgroundSpec =
  | { readonly kind: 'color'; readonly rgb: Rgb }
  /** From one colour to the other; 0 degrees is to the right, 90 down. */
  | { readonly kind: 'gradient'; readonly from: Rgb; readonly to: Rgb; readonly degrees: number }
  /** One of the gallery, by the part after `builtin:`. */
  | { readonly kind: 'builtin'; readonly name: string }
  /** One that was imported, by its 32 hexadecimal digits. */
  | { readonly kind: 'imported'; readonly id: string }
  | { readonly kind: 'file'; readonly path: string };

const MAX_PATH_BYTES = 4095;
const MAX_SHOWN = 100;
const HEX = '#([0-9a-f]{6})';
const COLOUR = new RegExp(`^color:${HEX}$`, 'i');
const GRADIENT = new RegExp(`^gradient:${HEX}-${HEX}(?:@(\\d{1,3}))?$`, 'i');
const BUILTIN = /^builtin:([a-z0-9]+(?:-[a-z0-9]+)*)$/;
const IMPORTED = /^[0-9a-f]{32}$/;
const DEFAULT_DEGREES = 90;

/**
 * Reads the name of a background; what it names is not looked at.
 * @throws BackscrubError InvalidArgs when it is written wrongly, UnknownBackground when it is nothing of the kind
 */
export function parseBackgroundSpec(text: string): BackgroundSpec {
  if (text.startsWith('color:')) {
    const [, hex] = COLOUR.exec(text) ?? [];
    if (hex !== undefined) return { kind: 'color', rgb: rgbOf(hex) };
    throw new BackscrubError(
      'InvalidArgs',
      `"${shorten(text)}" is not a colour; write it like color:#2e3436 (red, green, blue in hexadecimal).`,
    );
  }
  if (text.startsWith('gradient:')) {
    const [, from, to, turn] = GRADIENT.exec(text) ?? [];
    const degrees = turn === undefined ? DEFAULT_DEGREES : Number(turn);
    if (from !== undefined && to !== undefined && degrees < 360) {
      return { kind: 'gradient', from: rgbOf(from), to: rgbOf(to), degrees };
    }
    throw new BackscrubError(
      'InvalidArgs',
      `"${shorten(text)}" is not a gradient; write it like gradient:#1b2a49-#6d8fb3 or gradient:#1b2a49-#6d8fb3@45 ` +
        '(two colours, and the direction in degrees from 0 to 359).',
    );
  }
  if (text.startsWith('builtin:')) {
    const [, name] = BUILTIN.exec(text) ?? [];
    if (name !== undefined) return { kind: 'builtin', name };
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background "${shorten(text)}"; ListBackgrounds names the built-in ones.`,
    );
  }
  if (IMPORTED.test(text)) return { kind: 'imported', id: text };
  if (!text.startsWith('/')) {
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background "${shorten(text)}"; give one of ListBackgrounds, a colour like color:#2e3436 or the ` +
        'absolute path of an image or video.',
    );
  }
  if (text.includes('\0') || Buffer.byteLength(text) > MAX_PATH_BYTES) {
    throw new BackscrubError('InvalidArgs', 'The path has a zero byte or more than 4095 bytes.');
  }
  return { kind: 'file', path: text };
}

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/** What the drawings share: a canvas of 1280x720 units that covers the frame, soft lights and repeatable chance. */
import type { Size } from '../background.js';

/** Drawings go beyond the frame by this part of it: at the rim of a drawing, a blur mixes with nothing. */
const MARGIN = 0.02;

/** The size at which a drawing is rendered, of which the middle is the frame. */
export function drawnSize({ width, height }: Size): Size {
  const even = (side: number): number => side + 2 * Math.ceil(side * MARGIN);
  return { width: even(width), height: even(height) };
}

/**
 * A drawing in units of 1280x720, cut at the sides or at top and bottom for frames of another shape.
 * @param size see drawnSize
 */
export function drawing({ width, height }: Size, definitions: string, body: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="-25.6 -14.4 1331.2 748.8" ` +
    `preserveAspectRatio="xMidYMid slice"><defs>${definitions}</defs>${body}</svg>`
  );
}

/** All of the drawing. */
export function ground(fill: string, more = ''): string {
  return rect(-40, -40, 1360, 800, fill, more);
}

export function rect(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}" ${more}/>`;
}

/** From top to bottom, or along the vector that is given. */
export function linear(id: string, stops: readonly Stop[], vector = 'x2="0" y2="1"'): string {
  return `<linearGradient id="${id}" ${vector}>${stops.map(stop).join('')}</linearGradient>`;
}

export function radial(id: string, stops: readonly Stop[], more = ''): string {
  return `<radialGradient id="${id}" ${more}>${stops.map(stop).join('')}</radialGradient>`;
}

/** Offset, colour, opacity. */
export type Stop = readonly [number, string, number?];

function stop([offset, colour, opacity = 1]: Stop): string {
  return `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${n(opacity)}"/>`;
}

/** Opacity from the middle of a light to its rim: a bell curve, which shows no edge. */
const FALL = [0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1].map((at): [number, number] => [
  at,
  at === 1 ? 0 : Math.exp(-4.5 * at * at),
]);

/** A soft light: its gradient, to be used as `url(#id)`. */
export function glow(id: string, colour: string, strength: number): string {
  return radial(
    id,
    FALL.map(([at, part]) => [at, colour, strength * part] as const),
  );
}

/** Blurs as much as `deviation` units. In sRGB: eight bits of linear light would show steps in dark tones. */
export function blur(id: string, deviation: number): string {
  return `<filter id="${id}" color-interpolation-filters="sRGB" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="${deviation}"/></filter>`;
}

/** Numbers between 0 and 1, the same each time (Park and Miller's generator; Communications of the ACM 31, 1988, and 36, 1993). */
export function chance(seed: number): () => number {
  const modulus = 2 ** 31 - 1;
  // Small seeds begin with small numbers: far from there.
  let state = (seed * 16_807_001 + 12_345_677) % modulus;
  return () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  };
}

/** A number short enough for a drawing. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

import type { GalleryAnimation } from './picture.js';

/** Soft lights: colour, radius as a part of the height, centre of the orbit and its radii as parts of the frame, turns of the loop, start. */
const LIGHTS = [
  ['#3b6ea5', 0.85, 0.22, 0.3, 0.1, 0.14, 1, 0],
  ['#7f5aa8', 0.8, 0.8, 0.72, 0.1, 0.12, -1, 0.3],
  ['#e0a172', 0.55, 0.78, 0.2, 0.09, 0.1, 1, 0.55],
  ['#2f8f8b', 0.7, 0.2, 0.85, 0.12, 0.08, -1, 0.8],
  ['#c9748a', 0.45, 0.5, 0.48, 0.12, 0.1, 1, 0.15],
] as const;

/** Large lights that drift slowly around, never back to front and never in a hurry. */
export const SLOW_LIGHT: GalleryAnimation = {
  id: 'slow-light',
  name: 'Slow light',
  kind: 'animated',
  keys: 16,
  loopMs: 32_000,
  draw({ width, height }, phase) {
    const lights = LIGHTS.map(([colour, radius, x, y, dx, dy, turns, start], i) => {
      const angle = 2 * Math.PI * (turns * phase + start);
      const cx = ((x + dx * Math.cos(angle)) * width).toFixed(2);
      const cy = ((y + dy * Math.sin(angle)) * height).toFixed(2);
      return (
        `<radialGradient id="l${i}"><stop stop-color="${colour}" stop-opacity="0.85"/>` +
        `<stop offset="0.35" stop-color="${colour}" stop-opacity="0.55"/>` +
        `<stop offset="0.7" stop-color="${colour}" stop-opacity="0.16"/>` +
        `<stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>` +
        `<circle cx="${cx}" cy="${cy}" r="${(radius * height).toFixed(2)}" fill="url(#l${i})"/>`
      );
    }).join('');
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      `<linearGradient id="sky" x2="0.4" y2="1"><stop stop-color="#1d2b4c"/><stop offset="1" stop-color="#3a2f55"/></linearGradient>` +
      `<rect width="${width}" height="${height}" fill="url(#sky)"/>${lights}</svg>`
    );
  },
};

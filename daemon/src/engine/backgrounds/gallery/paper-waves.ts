import { drawing, glow, ground, linear, n } from './canvas.js';
import type { GalleryStill } from './picture.js';

/** Where each sheet begins, the height of its wave, its phase and its two tones, from the lowest to the topmost. */
const SHEETS = [
  [120, 46, 0.2, '#e9d8cb', '#f2e6dc'],
  [240, 58, 1.5, '#dcbfae', '#e8cfc0'],
  [350, 50, 2.9, '#c59c8c', '#d5b0a0'],
  [460, 62, 4.1, '#96737a', '#aa868a'],
  [560, 48, 5.4, '#5f5268', '#75667c'],
  [645, 40, 0.9, '#383a55', '#4a4b68'],
] as const;

function wave(top: number, height: number, phase: number): string {
  let path = 'M-200,900';
  for (let x = -200; x <= 1480; x += 10) {
    const y = top + height * Math.sin(x / 240 + phase) + height * 0.45 * Math.sin(x / 117 + phase * 2.3);
    path += ` L${x},${n(y)}`;
  }
  return `${path} L1480,900 Z`;
}

/** Cut paper in layers, lit from above. */
export const PAPER_WAVES: GalleryStill = {
  id: 'paper-waves',
  name: 'Paper waves',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('back', [
        [0, '#f7efe8'],
        [1, '#ecdfd4'],
      ]) +
      SHEETS.map(([, , , low, high], i) =>
        linear(`p${i}`, [
          [0, high],
          [0.35, low],
        ]),
      ).join('') +
      `<filter id="lift" color-interpolation-filters="sRGB" x="-5%" y="-20%" width="110%" height="140%"><feGaussianBlur stdDeviation="16"/></filter>` +
      glow('light', '#ffffff', 0.5);
    const body =
      ground('url(#back)') +
      SHEETS.map(([top, height, phase], i) => {
        const path = wave(top, height, phase);
        return (
          `<path d="${path}" transform="translate(0 -13)" fill="#2a1d22" opacity="0.34" filter="url(#lift)"/>` +
          `<path d="${path}" fill="url(#p${i})"/>`
        );
      }).join('') +
      `<ellipse cx="330" cy="60" rx="760" ry="420" fill="url(#light)"/>`;
    return drawing(size, definitions, body);
  },
};

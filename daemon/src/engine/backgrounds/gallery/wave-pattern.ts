import { drawing, glow, ground, linear, n } from './canvas.js';
import type { GalleryStill } from './picture.js';

const RADIUS = 62;
const RINGS = 4;

/** Overlapping fans of rings (the traditional pattern seigaiha), tone in tone. */
function fans(): string {
  let all = '';
  for (let row = -3; row * (RADIUS / 2) < 720 + RADIUS * 2; row++) {
    const shift = row % 2 === 0 ? 0 : RADIUS;
    for (let x = -2 * RADIUS; x < 1280 + 2 * RADIUS; x += 2 * RADIUS) {
      const [cx, cy] = [x + shift, row * (RADIUS / 2)];
      for (let ring = RINGS; ring > 0; ring--) {
        const r = (RADIUS * ring) / RINGS;
        all += `<circle cx="${cx}" cy="${cy}" r="${n(r - 1.4)}" fill="#2b4a5c" stroke="#6f93a0" stroke-width="1.6" stroke-opacity="${ring === RINGS ? 0.75 : 0.45}"/>`;
      }
    }
  }
  return all;
}

export const WAVE_PATTERN: GalleryStill = {
  id: 'wave-pattern',
  name: 'Wave pattern',
  kind: 'still',
  draw(size) {
    const definitions =
      linear('tone', [
        [0, '#0f2534', 0.1],
        [1, '#0a1a27', 0.7],
      ]) +
      glow('light', '#bfe0e0', 0.4) +
      glow('dark', '#07131d', 0.8);
    const body =
      ground('#2b4a5c') +
      fans() +
      ground('url(#tone)') +
      `<ellipse cx="420" cy="120" rx="800" ry="520" fill="url(#light)"/>` +
      `<ellipse cx="1320" cy="760" rx="800" ry="600" fill="url(#dark)"/>`;
    return drawing(size, definitions, body);
  },
};

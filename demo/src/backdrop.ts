import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

/**
 * Draws the background that is used when none is named: an evening skyline far out of focus behind a window ledge, so that
 * it cannot be taken for the room of the scene.
 */
export async function writeBackdrop(path: string, width: number, height: number): Promise<void> {
  const drawing = `<defs>${DEFINITIONS}</defs>${sky()}${skyline()}${lights()}${ledge()}`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1280 720" ` +
    `preserveAspectRatio="xMidYMid slice">${drawing}</svg>`;
  await writeFile(path, await sharp(Buffer.from(svg)).png().toBuffer());
}

const DEFINITIONS = `
<linearGradient id="sky" x2="0" y2="1">
  <stop offset="0" stop-color="#1c2b55"/><stop offset=".45" stop-color="#5b4a86"/>
  <stop offset=".7" stop-color="#d9778a"/><stop offset="1" stop-color="#f6b877"/>
</linearGradient>
<radialGradient id="sun"><stop offset="0" stop-color="#ffe3ad"/><stop offset="1" stop-color="#ffe3ad" stop-opacity="0"/></radialGradient>
<linearGradient id="ledge" x2="0" y2="1"><stop offset="0" stop-color="#3a2c3f"/><stop offset="1" stop-color="#1d1626"/></linearGradient>
<filter id="far" x="-5%" y="-5%" width="110%" height="110%"><feGaussianBlur stdDeviation="5"/></filter>
<filter id="near" x="-5%" y="-5%" width="110%" height="110%"><feGaussianBlur stdDeviation="2.5"/></filter>`;

/** The same numbers from 0 to 1 every time (linear congruential generator). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

function sky(): string {
  return (
    '<rect width="1280" height="720" fill="url(#sky)"/><circle cx="960" cy="560" r="260" fill="url(#sun)" opacity=".7"/>' +
    '<g filter="url(#far)" fill="#f2a6a0" opacity=".35"><ellipse cx="300" cy="250" rx="260" ry="16"/>' +
    '<ellipse cx="760" cy="190" rx="320" ry="13"/><ellipse cx="1080" cy="320" rx="220" ry="12"/></g>'
  );
}

function skyline(): string {
  const next = sequence(5);
  let drawn = '';
  for (const [colour, base, span, filter] of [
    ['#6a4a78', 380, 130, 'far'],
    ['#3b2d57', 450, 150, 'near'],
  ] as const) {
    let towers = '';
    for (let x = -20; x < 1300; ) {
      const width = 46 + next() * 80;
      const top = base + next() * span;
      towers += `<rect x="${x.toFixed(0)}" y="${top.toFixed(0)}" width="${(width - 5).toFixed(0)}" height="400"/>`;
      x += width;
    }
    drawn += `<g fill="${colour}" filter="url(#${filter})">${towers}</g>`;
  }
  return drawn;
}

/** Lamps out of focus. */
function lights(): string {
  const next = sequence(23);
  const colours = ['#ffd28a', '#ffb26b', '#ffe9c4', '#8fc7ff', '#ff8f8f'];
  let drawn = '';
  for (let light = 0; light < 70; light++) {
    const [x, y, size] = [next() * 1280, 480 + next() * 190, 6 + next() * 17];
    const colour = colours[Math.floor(next() * colours.length)] ?? '#fff';
    drawn += `<circle cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" r="${size.toFixed(1)}" fill="${colour}" opacity="${(0.2 + next() * 0.4).toFixed(2)}"/>`;
  }
  return `<g>${drawn}</g>`;
}

function ledge(): string {
  return '<rect y="664" width="1280" height="56" fill="url(#ledge)"/><rect y="664" width="1280" height="3" fill="#8d6a80" opacity=".7"/>';
}

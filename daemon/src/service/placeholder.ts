/**
 * The card that readers see when there is no picture: a struck-out camera on a calm ground, drawn by distance fields at any
 * size, so that the service decodes nothing. One tint for the whole card: only the luma plane has a shape.
 */

/** Luma of the ground at top and bottom and of the drawing, and the tint (BT.601 limited range). */
const TONE = { top: 62, bottom: 40, drawing: 168, cb: 133, cr: 124 } as const;
/** Width of the drawing, as a part of the card's shorter side. */
const SCALE = 0.3;

/**
 * @param width even, in pixels
 * @param height even, in pixels
 * @returns packed I420, width * height * 3 / 2 bytes
 */
export function drawPlaceholder(width: number, height: number): Uint8Array {
  const card = new Uint8Array((width * height * 3) / 2);
  const unit = Math.min(width, height) * SCALE;
  for (let y = 0; y < height; y++) {
    const ground = TONE.top + ((TONE.bottom - TONE.top) * y) / height;
    const row = card.subarray(y * width, (y + 1) * width);
    row.fill(Math.round(ground));
    const v = (y + 0.5 - height / 2) / unit;
    if (Math.abs(v) > 0.6) continue;
    const first = Math.max(0, Math.floor(width / 2 - 0.7 * unit));
    for (let x = first; x < width - first; x++) {
      const u = (x + 0.5 - width / 2) / unit;
      // One pixel of soft edge.
      const cover = Math.min(1, Math.max(0, 0.5 - cameraDistance(u, v) * unit));
      if (cover > 0) row[x] = Math.round(ground + (TONE.drawing - ground) * cover);
    }
  }
  const chroma = (width * height) / 4;
  card.fill(TONE.cb, width * height, width * height + chroma);
  card.fill(TONE.cr, width * height + chroma);
  return card;
}

/** Signed distance to the drawing, negative inside; the drawing is about one unit wide. */
function cameraDistance(u: number, v: number): number {
  const body = roundedBox(u + 0.12, v, 0.36, 0.27, 0.07);
  const lens = Math.max(0.31 - u, u - 0.52, Math.abs(v) - (0.06 + (u - 0.3) * 0.75));
  // The stroke runs from top left to bottom right and keeps a gap on both sides.
  const stroke = segment(u, v, -0.46, -0.42, 0.42, 0.42);
  return Math.min(Math.max(Math.min(body, lens), 0.085 - stroke), stroke - 0.035);
}

function roundedBox(u: number, v: number, halfWidth: number, halfHeight: number, radius: number): number {
  const du = Math.abs(u) - halfWidth + radius;
  const dv = Math.abs(v) - halfHeight + radius;
  return Math.hypot(Math.max(du, 0), Math.max(dv, 0)) + Math.min(Math.max(du, dv), 0) - radius;
}

function segment(u: number, v: number, u0: number, v0: number, u1: number, v1: number): number {
  const along = ((u - u0) * (u1 - u0) + (v - v0) * (v1 - v0)) / ((u1 - u0) ** 2 + (v1 - v0) ** 2);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(u - u0 - t * (u1 - u0), v - v0 - t * (v1 - v0));
}

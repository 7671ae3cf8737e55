import sharp from 'sharp';

/** All drawings use this canvas; other picture sizes show its middle ("slice"), so nothing is ever stretched. */
export const CANVAS_WIDTH = 1280;
export const CANVAS_HEIGHT = 720;

/** A coordinate with two decimals: enough for a picture, short in the file. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function linearGradient(
  id: string,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  stops: readonly (readonly [offset: number, colour: string, opacity?: number])[],
): string {
  return `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stopList(stops)}</linearGradient>`;
}

export function radialGradient(
  id: string,
  [cx, cy, r]: readonly [number, number, number],
  stops: readonly (readonly [offset: number, colour: string, opacity?: number])[],
): string {
  return `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${cx}" cy="${cy}" r="${r}">${stopList(stops)}</radialGradient>`;
}

function stopList(stops: readonly (readonly [offset: number, colour: string, opacity?: number])[]): string {
  return stops
    .map(
      ([offset, colour, opacity]) =>
        `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity ?? 1}"/>`,
    )
    .join('');
}

export function blurFilter(id: string, deviation: number): string {
  return `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${deviation}"/></filter>`;
}

/**
 * A stroke with soft sides, as a few translucent strokes of growing width. A blur filter looks the same and costs ten
 * times as much, which counts for the person, who is drawn anew for every pose.
 */
export function softStroke(
  path: string,
  colour: string,
  width: number,
  blur: number,
  opacity: number,
): string {
  const layers = 6;
  const each = 1 - (1 - opacity) ** (1 / layers);
  let drawn = '';
  for (let layer = 0; layer < layers; layer++) {
    const wide = Math.max(1, width + blur * 2.6 * ((layer + 0.5) / layers - 0.5) * 2);
    drawn += `<path d="${path}" stroke-width="${n(wide)}"/>`;
  }
  return `<g fill="none" stroke="${colour}" stroke-opacity="${n(each)}" stroke-linecap="round">${drawn}</g>`;
}

/** An ellipse that fades out to its edge. `id` names its gradient and must be unique in the drawing. */
export function softEllipse(
  id: string,
  [cx, cy, rx, ry]: readonly [number, number, number, number],
  colour: string,
  opacity: number,
): string {
  const stops = stopList([
    [0, colour, opacity],
    [0.35, colour, opacity * 0.8],
    [0.7, colour, opacity * 0.25],
    [1, colour, 0],
  ]);
  return `<radialGradient id="${id}">${stops}</radialGradient><ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" fill="url(#${id})"/>`;
}

/** Renders a drawing on our canvas as packed RGBA (not premultiplied), width * height * 4 bytes. */
export async function renderRgba(drawing: string, width: number, height: number): Promise<Buffer> {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${CANVAS_WIDTH} ${CANVAS_HEIGHT}" preserveAspectRatio="xMidYMid slice">${drawing}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height !== height || info.channels !== 4) {
    throw new Error(`the drawing came out as ${info.width}x${info.height}, not ${width}x${height}`);
  }
  return data;
}

/** Drops the alpha plane of packed RGBA. */
export function rgbOf(rgba: Uint8Array): Buffer {
  const pixels = rgba.length / 4;
  const rgb = Buffer.allocUnsafe(pixels * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

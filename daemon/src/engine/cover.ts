/** Which part of a picture is seen when it covers a frame of another shape. */

export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const MIDDLE: readonly [number, number] = [0.5, 0.5];

/**
 * The largest region of a picture that has the shape of the target, with the focus as near to its middle as the edges allow.
 * @param focus 0 to 1 from the left and from the top
 */
export function coverRegion(
  width: number,
  height: number,
  targetWidth: number,
  targetHeight: number,
  focus: readonly [number, number],
): Region {
  const scale = Math.min(width / targetWidth, height / targetHeight);
  const across = cut(width, targetWidth * scale, focus[0]);
  const down = cut(height, targetHeight * scale, focus[1]);
  return { left: across.start, top: down.start, width: across.length, height: down.length };
}

function cut(whole: number, wanted: number, focus: number): { start: number; length: number } {
  const length = Math.max(1, Math.min(whole, Math.round(wanted)));
  const start = Math.round(focus * whole - length / 2);
  return { start: Math.max(0, Math.min(whole - length, start)), length };
}

/** Pixels of four bytes, the last of which is how opaque they are. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next. */
  readonly rowStride: number;
}

/**
 * Makes the corners of a picture transparent, with soft edges: a few hundred pixels of it.
 * @param radius in pixels of the picture, at most half its shorter side
 */
export function roundCorners({ data, width, height, rowStride }: Pixels, radius: number): void {
  const size = Math.ceil(radius);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      // How much of the pixel lies inside, from the distance of its middle to the circle.
      const outside = Math.hypot(radius - x - 0.5, radius - y - 0.5) - radius + 0.5;
      const inside = Math.min(Math.max(1 - outside, 0), 1);
      if (inside === 1) continue;
      for (const row of [y, height - 1 - y])
        for (const column of [x, width - 1 - x]) {
          const alpha = row * rowStride + column * 4 + 3;
          data[alpha] = Math.round((data[alpha] ?? 0) * inside);
        }
    }
  }
}

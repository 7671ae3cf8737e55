/**
 * R'G'B' (0-255) and BT.601 Y'CbCr in limited range, computed as ITU-R BT.601 writes it and rounded once, so that tests of
 * files do not depend on the conversions of native code.
 */

/** Packed RGB to packed I420; chroma is the mean of two by two pixels. */
export function i420FromRgb(rgb: Uint8Array, width: number, height: number): Buffer {
  const size = width * height;
  const i420 = Buffer.alloc((size * 3) / 2);
  const sums = new Float64Array(size / 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      const [red = 0, green = 0, blue = 0] = rgb.subarray(pixel * 3, pixel * 3 + 3);
      const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
      i420[pixel] = Math.round(16 + (luma * 219) / 255);
      const chroma = (y >> 1) * (width / 2) + (x >> 1);
      sums[chroma] = (sums[chroma] ?? 0) + (blue - luma) / 1.772 / 4;
      sums[chroma + size / 4] = (sums[chroma + size / 4] ?? 0) + (red - luma) / 1.402 / 4;
    }
  }
  sums.forEach((sum, index) => {
    i420[size + index] = Math.round(128 + (sum * 224) / 255);
  });
  return i420;
}

/** The colour of one pixel of packed I420. */
export function rgbAt(i420: Uint8Array, width: number, height: number, x: number, y: number): number[] {
  const size = width * height;
  const chroma = size + (y >> 1) * (width / 2) + (x >> 1);
  const luma = (((i420[y * width + x] ?? 0) - 16) * 255) / 219;
  const cb = (((i420[chroma] ?? 0) - 128) * 255) / 224;
  const cr = (((i420[chroma + size / 4] ?? 0) - 128) * 255) / 224;
  const exact = [
    luma + 1.402 * cr,
    luma - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587,
    luma + 1.772 * cb,
  ];
  return exact.map((value) => Math.min(255, Math.max(0, Math.round(value))));
}

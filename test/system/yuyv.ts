/**
 * Pictures as a camera sends them: YUYV, BT.601, limited range (luma 16 to 235, chroma 16 to 240; ITU-R BT.601-7, 2.5.4).
 * Written for the tests alone, so that a mistake of the addon's conversions cannot hide here.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Rgb = readonly [red: number, green: number, blue: number];

function luma(r: number, g: number, b: number): number {
  return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
}

function blueness(r: number, g: number, b: number): number {
  return 128 + (-37.797 * r - 74.203 * g + 112 * b) / 255;
}

function redness(r: number, g: number, b: number): number {
  return 128 + (112 * r - 93.786 * g - 18.214 * b) / 255;
}

/** Converts packed 8-bit RGB; the chroma of a pair of pixels is their mean. */
export function toYuyv(rgb: Uint8Array, { width, height }: Size): Uint8Array {
  const yuyv = new Uint8Array(width * height * 2);
  const at8 = (index: number): number => rgb[index] ?? 0;
  for (let at = 0, from = 0; at < yuyv.length; at += 4, from += 6) {
    const r0 = at8(from);
    const g0 = at8(from + 1);
    const b0 = at8(from + 2);
    const r1 = at8(from + 3);
    const g1 = at8(from + 4);
    const b1 = at8(from + 5);
    const r = (r0 + r1) / 2;
    const g = (g0 + g1) / 2;
    const b = (b0 + b1) / 2;
    yuyv[at] = Math.round(luma(r0, g0, b0));
    yuyv[at + 1] = Math.round(blueness(r, g, b));
    yuyv[at + 2] = Math.round(luma(r1, g1, b1));
    yuyv[at + 3] = Math.round(redness(r, g, b));
  }
  return yuyv;
}

/**
 * A picture of `channels` bytes a pixel, scaled (bilinear) to cover `to` and cropped in the middle, as the service does
 * with a camera of another size.
 */
export function cover(picture: Uint8Array, from: Size, to: Size, channels: number): Uint8Array {
  const scale = Math.max(to.width / from.width, to.height / from.height);
  const left = (from.width - to.width / scale) / 2;
  const top = (from.height - to.height / scale) / 2;
  const result = new Uint8Array(to.width * to.height * channels);
  const clamp = (value: number, limit: number): number => Math.min(limit - 1, Math.max(0, value));
  for (let y = 0, at = 0; y < to.height; y++) {
    const v = clamp((y + 0.5) / scale + top - 0.5, from.height);
    const y0 = Math.floor(v);
    const row0 = y0 * from.width;
    const row1 = clamp(y0 + 1, from.height) * from.width;
    const down = v - y0;
    for (let x = 0; x < to.width; x++) {
      const u = clamp((x + 0.5) / scale + left - 0.5, from.width);
      const x0 = Math.floor(u);
      const x1 = clamp(x0 + 1, from.width);
      const right = u - x0;
      for (let c = 0; c < channels; c++, at++) {
        const pixel = (row: number, column: number): number => picture[(row + column) * channels + c] ?? 0;
        const upper = pixel(row0, x0) * (1 - right) + pixel(row0, x1) * right;
        const lower = pixel(row1, x0) * (1 - right) + pixel(row1, x1) * right;
        result[at] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return result;
}

/** The same picture with one chroma for two rows, which is what is left of it after 4:2:0. */
export function shareChroma(yuyv: Uint8Array, { width, height }: Size): Uint8Array {
  const shared = new Uint8Array(yuyv);
  const stride = width * 2;
  for (let row = 0; row + 1 < height; row += 2) {
    for (let at = row * stride + 1; at < (row + 1) * stride; at += 2) {
      const both = ((yuyv[at] ?? 0) + (yuyv[at + stride] ?? 0) + 1) >> 1;
      shared[at] = both;
      shared[at + stride] = both;
    }
  }
  return shared;
}

/** What an application makes of one pixel, each 0 to 255. */
export function toRgb(y: number, u: number, v: number): Rgb {
  const level = (255 / 219) * (y - 16);
  const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
  return [
    clamp(level + 1.596027 * (v - 128)),
    clamp(level - 0.391762 * (u - 128) - 0.812968 * (v - 128)),
    clamp(level + 2.017232 * (u - 128)),
  ];
}

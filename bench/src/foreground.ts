/**
 * The foreground's colours of a picture with a known alpha plane, as a reference: slow and thorough, at full size. Method:
 * Germer, Uelwer, Conrad and Harmeling, "Fast Multi-Level Foreground Estimation", ICPR 2020. F and B minimise
 * (a F + (1 - a) B - C)^2 and, weighted by the change of alpha, their differences between neighbours; solved from the
 * coarsest level of a pyramid to the finest, pixel after pixel.
 */

/** The paper's constants: a little smoothness everywhere, more across changes of alpha. */
const SMOOTH = 1e-5;
const ACROSS = 1;
const SMALL_LEVEL = 32;
const PASSES_SMALL = 10;
const PASSES = 4;

interface Level {
  readonly width: number;
  readonly height: number;
  /** Three values a pixel. */
  readonly front: Float32Array;
  readonly back: Float32Array;
}

/** Nearest neighbours, as the paper has it. */
function resized(
  from: Float32Array,
  channels: number,
  [w, h]: [number, number],
  [width, height]: [number, number],
) {
  const out = new Float32Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * h) / height) * w;
    for (let x = 0; x < width; x++) {
      const at = (row + Math.floor((x * w) / width)) * channels;
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = from[at + c] as number;
    }
  }
  return out;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** One pass over all pixels, each solved with its neighbours as they are (Gauss-Seidel). */
function relax({ width, height, front, back }: Level, colour: Float32Array, alpha: Float32Array): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const a = alpha[at] as number;
      const near = [
        y * width + Math.max(x - 1, 0),
        y * width + Math.min(x + 1, width - 1),
        Math.max(y - 1, 0) * width + x,
        Math.min(y + 1, height - 1) * width + x,
      ];
      const weights = near.map((other) => SMOOTH + ACROSS * Math.abs(a - (alpha[other] as number)));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const ff = a * a + sum;
      const fb = a * (1 - a);
      const bb = (1 - a) * (1 - a) + sum;
      const determinant = ff * bb - fb * fb;
      for (let c = 0; c < 3; c++) {
        const seen = colour[at * 3 + c] as number;
        let f = a * seen;
        let b = (1 - a) * seen;
        for (let k = 0; k < 4; k++) {
          const from = (near[k] as number) * 3 + c;
          f += (weights[k] as number) * (front[from] as number);
          b += (weights[k] as number) * (back[from] as number);
        }
        front[at * 3 + c] = clamp((bb * f - fb * b) / determinant);
        back[at * 3 + c] = clamp((ff * b - fb * f) / determinant);
      }
    }
  }
}

/**
 * @param rgb packed, 0 to 255
 * @param alpha 0 to 255
 * @returns the foreground's colours, packed, 0 to 255; where alpha is 0 those of the foreground near by
 */
export function foregroundOf(
  rgb: Uint8Array,
  alpha: Uint8Array,
  width: number,
  height: number,
): Float32Array {
  const colour = Float32Array.from(rgb);
  const cover = Float32Array.from(alpha, (value) => value / 255);
  const levels = Math.ceil(Math.log2(Math.max(width, height)));
  let level: Level = { width: 1, height: 1, front: new Float32Array(3), back: new Float32Array(3) };
  for (let number = 0; number <= levels; number++) {
    const size: [number, number] = [
      Math.round(width ** (number / levels)),
      Math.round(height ** (number / levels)),
    ];
    const before: [number, number] = [level.width, level.height];
    level = {
      width: size[0],
      height: size[1],
      front: resized(level.front, 3, before, size),
      back: resized(level.back, 3, before, size),
    };
    const seen = resized(colour, 3, [width, height], size);
    const shape = resized(cover, 1, [width, height], size);
    const passes = Math.max(...size) <= SMALL_LEVEL ? PASSES_SMALL : PASSES;
    for (let pass = 0; pass < passes; pass++) relax(level, seen, shape);
  }
  return level.front;
}

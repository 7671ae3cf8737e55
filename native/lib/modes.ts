/** Frames per second as a fraction: 30000/1001 stays exact. */
export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** One pixel format at one size, with the rates a device offers there (none: it does not say). */
export interface VideoFormat {
  /** Four characters, as in V4L2: YUYV, MJPG, ... */
  readonly fourcc: string;
  readonly width: number;
  readonly height: number;
  readonly frameRates: readonly FrameRate[];
}

export interface CameraMode {
  readonly fourcc: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
}

/** What the user would like; the camera may have something near it. */
export interface WantedMode {
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
}

/** Resolution `auto`: what calls use, and what costs little. */
export const AUTO_MODE: WantedMode = { width: 1280, height: 720, frameRate: 30 };

/**
 * What each format costs beside the picture itself, in the unit of `costOf`. Decoding a JPEG takes about ten times as
 * long as unpacking YUYV, and its artefacts flicker; no size or rate that the user asked for is given up for that.
 */
const FORMAT_COSTS: Readonly<Record<string, number>> = {
  NV12: 0,
  YU12: 0,
  YUYV: 0.001,
  UYVY: 0.002,
  MJPG: 0.05,
  JPEG: 0.05,
};

/** 29.97 counts as 30. */
const RATE_SLACK = 0.98;
const MOST_PIXELS_A_SIDE = 8192;
/** JPEGs with more samples are refused (native/src/jpeg_bounds.cc); cameras send two for a pixel. */
const MOST_JPEG_PIXELS = (4096 * 2304 * 3) / 2;
const isJpeg = (fourcc: string): boolean => fourcc === 'MJPG' || fourcc === 'JPEG';

/** Weights: a missing half of the rate hurts as much as two thirds of the size; a wider picture is cut, not squeezed. */
const TOO_SLOW = 4;
const TOO_SMALL = 3;
const WRONG_ASPECT = 1;
const TOO_LARGE = 0.3;
const TOO_FAST = 0.04;

function framesPerSecond(rate: FrameRate): number {
  return rate.numerator / rate.denominator;
}

function costOf(mode: CameraMode, wanted: WantedMode): number {
  const rate = framesPerSecond(mode.frameRate) / wanted.frameRate;
  const scale = Math.min(mode.width / wanted.width, mode.height / wanted.height);
  const aspect = mode.width / mode.height / (wanted.width / wanted.height);
  const pixels = (mode.width * mode.height) / (wanted.width * wanted.height);
  return (
    (FORMAT_COSTS[mode.fourcc] ?? 0) +
    (rate < RATE_SLACK ? TOO_SLOW * (1 - rate) : 0) +
    (rate > 1 ? TOO_FAST * Math.log2(rate) : 0) +
    (scale < 1 ? TOO_SMALL * (1 - scale) : 0) +
    (pixels > 1 ? TOO_LARGE * Math.log2(pixels) : 0) +
    WRONG_ASPECT * Math.abs(Math.log(aspect))
  );
}

/** Whether a picture of this format can be taken at all. */
function usable(format: VideoFormat): boolean {
  return (
    format.fourcc in FORMAT_COSTS &&
    format.width % 2 === 0 &&
    format.height % 2 === 0 &&
    Math.min(format.width, format.height) >= 2 &&
    Math.max(format.width, format.height) <= MOST_PIXELS_A_SIDE &&
    !(isJpeg(format.fourcc) && format.width * format.height > MOST_JPEG_PIXELS)
  );
}

function modesOf(format: VideoFormat, wanted: WantedMode): CameraMode[] {
  const { fourcc, width, height } = format;
  const rates = format.frameRates.filter((rate) => rate.numerator > 0 && rate.denominator > 0);
  // A device that names no rates gets the benefit of the doubt.
  const offered = rates.length > 0 ? rates : [{ numerator: wanted.frameRate, denominator: 1 }];
  return offered.map((frameRate) => ({ fourcc, width, height, frameRate }));
}

/**
 * The mode that serves the wish best: uncompressed where it has the wanted size and rate, else MJPG where that has,
 * else the nearest by cost; reaching the rate counts more than the size, the size more than an exact match.
 *
 * @returns undefined when no format can be used
 */
export function chooseMode(formats: readonly VideoFormat[], wanted: WantedMode): CameraMode | undefined {
  let best: CameraMode | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const format of formats) {
    if (!usable(format)) continue;
    for (const mode of modesOf(format, wanted)) {
      const cost = costOf(mode, wanted);
      if (cost >= least) continue;
      best = mode;
      least = cost;
    }
  }
  return best;
}

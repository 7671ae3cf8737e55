/** Decodes a still image of unknown origin and encodes what is kept of it. */
import { BackscrubError } from '../../shared/errors.js';
import { coverRegion } from '../cover.js';
import { loadSafeSharp, MAX_MEGAPIXELS, type Sharp } from './safe-sharp.js';

/** The picture is made small enough just to cover this; the engine scales it to the camera's size. */
const COVER = { width: 1920, height: 1080 };
/** Longer strips are cut: nobody sees more of them than this. */
const MAX_ASPECT = 4;
/** Visually lossless for photographs (PSNR above 42 dB), at a fifth of the size of a lossless file. */
const QUALITY = 92;
/** Width of the thumbnail that is made at import. */
export const THUMBNAIL_WIDTH = 320;

export interface StillPicture {
  readonly picture: Buffer;
  readonly width: number;
  readonly height: number;
  /** Within the stored picture, which may be a part of the imported one. */
  readonly focus: readonly [number, number];
}

/** Facts from the file's header; nothing is decoded. */
export interface Header {
  readonly width: number;
  readonly height: number;
  readonly pages: number;
}

/** @throws BackscrubError BadImage */
export async function readHeader(bytes: Buffer): Promise<Header> {
  const sharp = await loadSafeSharp();
  let width: number;
  let height: number;
  let pages: number;
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
    ({ width, height } = metadata.autoOrient);
    pages = metadata.pages ?? 1;
  } catch (error) {
    throw new BackscrubError('BadImage', `The image is damaged: ${firstLine(error)}.`);
  }
  const megapixels = (width * height) / 1e6;
  if (megapixels > MAX_MEGAPIXELS) {
    throw new BackscrubError(
      'BadImage',
      `The image has ${width}x${height} = ${Math.round(megapixels)} megapixels; ` +
        `at most ${MAX_MEGAPIXELS} can be imported. Save a smaller copy.`,
    );
  }
  return { width, height, pages };
}

/**
 * Upright, sRGB, without transparency and metadata, as WebP; of several pages the first.
 * @throws BackscrubError BadImage
 */
export async function encodeStill(
  bytes: Buffer,
  { width, height }: Header,
  focus: readonly [number, number],
): Promise<StillPicture> {
  const sharp = await loadSafeSharp();
  const aspect = Math.max(1 / MAX_ASPECT, Math.min(MAX_ASPECT, width / height));
  const part = coverRegion(width, height, aspect * 1000, 1000, focus);
  const shrink = Math.min(1, Math.max(COVER.width / part.width, COVER.height / part.height));
  const size = (side: number) => Math.max(1, Math.round(side * shrink));
  try {
    const { data, info } = await decoder(sharp, bytes)
      .extract(part)
      .resize(size(part.width), size(part.height), { fit: 'fill' })
      .flatten({ background: '#000000' })
      .toColourspace('srgb')
      .webp({ quality: QUALITY, smartSubsample: true })
      .toBuffer({ resolveWithObject: true });
    const within = (share: number, whole: number, start: number, length: number) =>
      Math.max(0, Math.min(1, (share * whole - start) / length));
    return {
      picture: data,
      width: info.width,
      height: info.height,
      focus: [
        within(focus[0], width, part.left, part.width),
        within(focus[1], height, part.top, part.height),
      ],
    };
  } catch (error) {
    throw new BackscrubError('BadImage', `The image is damaged: ${firstLine(error)}.`);
  }
}

function decoder(sharp: Sharp, bytes: Buffer) {
  const options = { limitInputPixels: MAX_MEGAPIXELS * 1_000_000, failOn: 'error', pages: 1 } as const;
  return sharp(bytes, options).autoOrient();
}

/** PNG of that part of a picture which a 16:9 camera would show, at most `maxWidth` wide and never enlarged. */
export async function makeThumbnail(
  picture: Buffer,
  focus: readonly [number, number],
  maxWidth: number,
): Promise<Buffer> {
  const sharp = await loadSafeSharp();
  const image = sharp(picture, { limitInputPixels: MAX_MEGAPIXELS * 1_000_000 });
  const { width, height } = await image.metadata();
  const region = coverRegion(width, height, 16, 9, focus);
  const across = Math.min(maxWidth, region.width);
  const down = Math.max(1, Math.round((across * 9) / 16));
  return await image
    .extract(region)
    .resize(across, down, { fit: 'fill' })
    .flatten({ background: '#000000' })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Of libvips' complaint, without what it says about its own parts. */
export function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return line
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[.\s]+$/, '')
    .slice(0, 200);
}

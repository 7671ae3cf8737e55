import { readFile, stat } from 'node:fs/promises';
import { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { fileError } from './file-errors.js';
import type { FrameRate, Source } from './source.js';

const MAX_MEGAPIXELS = 64;
const MAX_FILE_BYTES = 256 * 1024 * 1024;
/** As in the frame type of native/lib. */
const MAX_SIZE = 8192;

/** One still image, turned upright as its EXIF data says, shown once or a number of times. */
export class ImageSource implements Source {
  readonly frameRate: FrameRate = { numerator: 30, denominator: 1 };
  readonly dropped = 0;
  readonly #image: Frame;
  #position = 0;

  private constructor(
    image: Frame,
    readonly frameCount: number,
  ) {
    this.#image = image;
  }

  get width(): number {
    return this.#image.width;
  }

  get height(): number {
    return this.#image.height;
  }

  /**
   * Decodes the image. An odd last row or column is left out; what is larger than 8192 pixels is scaled down.
   * @throws BackscrubError InvalidArgs (no such file), BadImage
   */
  static async open(path: string, frameCount = 1): Promise<ImageSource> {
    const bytes = await readBounded(path);
    const { default: sharp } = await import('sharp');
    try {
      const { data, info } = await sharp(bytes, { limitInputPixels: MAX_MEGAPIXELS * 1e6, failOn: 'error' })
        .autoOrient()
        .resize({ width: MAX_SIZE, height: MAX_SIZE, fit: 'inside', withoutEnlargement: true })
        .flatten({ background: '#000000' })
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      return new ImageSource(toFrame(path, data, info.width, info.height), frameCount);
    } catch (error) {
      throw error instanceof BackscrubError ? error : decodeError(path, error);
    }
  }

  async next(into: Frame): Promise<boolean> {
    if (this.#position >= this.frameCount) return false;
    this.#position++;
    into.copyFrom(this.#image);
    return true;
  }

  async close(): Promise<void> {
    this.#position = this.frameCount;
  }
}

async function readBounded(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new BackscrubError(
        'BadImage',
        `${path} has ${Math.ceil(size / 1048576)} MiB: save a smaller copy.`,
      );
    }
    return await readFile(path);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

/** Even sizes only: 4:2:0 has one chroma sample for two by two pixels. */
function toFrame(path: string, rgb: Buffer, width: number, height: number): Frame {
  const evenWidth = width - (width % 2);
  const evenHeight = height - (height % 2);
  if (evenWidth < 2 || evenHeight < 2) {
    throw new BackscrubError('BadImage', `${path} has only ${width}x${height} pixels: use a larger image.`);
  }
  let packed = rgb;
  if (evenWidth !== width || evenHeight !== height) {
    packed = Buffer.allocUnsafe(evenWidth * evenHeight * 3);
    for (let row = 0; row < evenHeight; row++) {
      rgb.copy(packed, row * evenWidth * 3, row * width * 3, (row * width + evenWidth) * 3);
    }
  }
  const frame = new Frame(evenWidth, evenHeight);
  frame.loadRgb(packed);
  return frame;
}

function decodeError(path: string, error: unknown): BackscrubError {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  if (/pixel limit/i.test(reason)) {
    return new BackscrubError(
      'BadImage',
      `${path} has more than ${MAX_MEGAPIXELS} megapixels: save a smaller copy.`,
    );
  }
  if (/unsupported image format/i.test(reason)) {
    return new BackscrubError(
      'BadImage',
      `${path} is not an image that can be read: use JPEG, PNG, WebP or AVIF.`,
    );
  }
  return new BackscrubError('BadImage', `${path} is damaged: ${reason}.`);
}

import { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { fileError } from './file-errors.js';
import type { FileSink, SinkFormat } from './file-sink.js';
import { PartialFile } from './partial-file.js';

/** Which frame of the stream becomes the picture. */
export type KeptFrame = 'first' | 'last';

/** One frame of the stream as PNG, JPEG or WebP, by the file's ending. */
export class ImageSink implements FileSink {
  readonly #partial: PartialFile;
  readonly #keep: KeptFrame;
  readonly #kept: Frame;
  #seen = false;
  #finished = false;

  private constructor(partial: PartialFile, format: SinkFormat, keep: KeptFrame) {
    this.#partial = partial;
    this.#keep = keep;
    this.#kept = new Frame(format.width, format.height);
  }

  /** @throws BackscrubError InvalidArgs when the file cannot be written */
  static async create(path: string, format: SinkFormat, keep: KeptFrame = 'last'): Promise<ImageSink> {
    return new ImageSink(await PartialFile.create(path), format, keep);
  }

  async write(frame: Frame): Promise<void> {
    if (this.#seen && this.#keep === 'first') return;
    this.#kept.copyFrom(frame);
    this.#seen = true;
  }

  async close(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    const { target, path } = this.#partial;
    if (!this.#seen) throw new BackscrubError('Failed', `${target} was not written: there was no frame.`);
    try {
      await writeImage(path, this.#kept);
    } catch (error) {
      await this.#partial.discard();
      throw fileError(error, target, 'written');
    }
    await this.#partial.commit();
  }

  async abort(): Promise<void> {
    this.#finished = true;
    await this.#partial.discard();
  }
}

/** Writes a frame as an image file; the path's ending chooses the format. */
export async function writeImage(path: string, frame: Frame): Promise<void> {
  const { default: sharp } = await import('sharp');
  const { writeFile } = await import('node:fs/promises');
  const rgb = Buffer.allocUnsafe(frame.width * frame.height * 3);
  frame.storeRgb(rgb);
  const image = sharp(rgb, { raw: { width: frame.width, height: frame.height, channels: 3 } });
  const bytes = /\.png$/i.test(path)
    ? image.png()
    : /\.webp$/i.test(path)
      ? image.webp({ quality: 92 })
      : image.jpeg({ quality: 92, chromaSubsampling: '4:4:4' });
  await writeFile(path, await bytes.toBuffer());
}

import { type FileHandle, open } from 'node:fs/promises';
import type { Frame } from '@backscrub/native';
import { fileError } from './file-errors.js';
import type { FileSink, SinkFormat } from './file-sink.js';
import { PartialFile } from './partial-file.js';
import { Y4M_MAGIC } from './y4m-header.js';

const FRAME_HEADER = Buffer.from('FRAME\n');

/** An uncompressed YUV4MPEG2 file: every sample exactly as composed. */
export class Y4mSink implements FileSink {
  readonly #file: FileHandle;
  readonly #partial: PartialFile;
  /** Frame header and frame, written in one go. */
  readonly #bytes: Buffer;
  readonly #picture: Buffer;
  #finished = false;

  private constructor(file: FileHandle, partial: PartialFile, { width, height }: SinkFormat) {
    this.#file = file;
    this.#partial = partial;
    this.#bytes = Buffer.allocUnsafe(FRAME_HEADER.length + (width * height * 3) / 2);
    FRAME_HEADER.copy(this.#bytes);
    this.#picture = this.#bytes.subarray(FRAME_HEADER.length);
  }

  /** @throws BackscrubError InvalidArgs, Failed when the file cannot be written */
  static async create(path: string, format: SinkFormat): Promise<Y4mSink> {
    const partial = await PartialFile.create(path);
    try {
      const file = await open(partial.path, 'w');
      const { width, height, frameRate } = format;
      const rate = `F${frameRate.numerator}:${frameRate.denominator}`;
      await file.writeFile(
        `${Y4M_MAGIC} W${width} H${height} ${rate} Ip A1:1 C420jpeg XYSCSS=420JPEG XCOLORRANGE=LIMITED\n`,
      );
      return new Y4mSink(file, partial, format);
    } catch (error) {
      throw fileError(error, path, 'written');
    }
  }

  async write(frame: Frame): Promise<void> {
    frame.storeI420(this.#picture);
    try {
      for (let from = 0; from < this.#bytes.length; ) {
        from += (await this.#file.write(this.#bytes, from)).bytesWritten;
      }
    } catch (error) {
      throw fileError(error, this.#partial.target, 'written');
    }
  }

  async close(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    await this.#file.close();
    await this.#partial.commit();
  }

  async abort(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    await this.#file.close();
    await this.#partial.discard();
  }
}

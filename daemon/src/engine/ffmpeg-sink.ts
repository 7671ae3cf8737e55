import { dirname } from 'node:path';
import type { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { encoderArguments } from './encoders.js';
import { FfmpegProcess, fileUrl } from './ffmpeg-process.js';
import type { FileSink, SinkFormat } from './file-sink.js';
import { PartialFile } from './partial-file.js';

/** Any container that ffmpeg writes; the file's ending chooses it. The encoder is a child process fed by a pipe. */
export class FfmpegSink implements FileSink {
  readonly #ffmpeg: FfmpegProcess;
  readonly #partial: PartialFile;
  /** One is filled while the other goes through the pipe. */
  readonly #buffers: readonly [Buffer, Buffer];
  #turn: 0 | 1 = 0;
  #writing: Promise<void> = Promise.resolve();
  #finished = false;

  private constructor(ffmpeg: FfmpegProcess, partial: PartialFile, size: number) {
    this.#ffmpeg = ffmpeg;
    this.#partial = partial;
    this.#buffers = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
  }

  /** @throws BackscrubError InvalidArgs (unknown ending, no such directory), Failed (ffmpeg is not installed) */
  static async create(path: string, format: SinkFormat): Promise<FfmpegSink> {
    const { width, height, frameRate } = format;
    const encoder = await encoderArguments(path);
    const partial = await PartialFile.create(path);
    const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`];
    const colours = ['-color_range', 'tv', '-colorspace', 'smpte170m'];
    const rate = ['-framerate', `${frameRate.numerator}/${frameRate.denominator}`];
    const args = [
      ...input,
      ...rate,
      ...colours,
      '-i',
      'pipe:0',
      '-an',
      ...encoder,
      '-y',
      fileUrl(partial.path),
    ];
    return new FfmpegSink(
      new FfmpegProcess(args, { write: [dirname(partial.path)] }),
      partial,
      (width * height * 3) / 2,
    );
  }

  async write(frame: Frame): Promise<void> {
    const buffer = this.#buffers[this.#turn];
    this.#turn = this.#turn === 0 ? 1 : 0;
    frame.storeI420(buffer);
    try {
      await this.#writing;
    } catch {
      throw await this.#reason();
    }
    this.#writing = new Promise((resolve, reject) => {
      this.#ffmpeg.child.stdin.write(buffer, (error) => (error ? reject(error) : resolve()));
    });
    // Whoever waits for it learns of it: the write after next, or close.
    this.#writing.catch(() => {});
  }

  async close(): Promise<void> {
    if (this.#finished) return;
    try {
      await this.#writing.catch(() => {});
      this.#ffmpeg.child.stdin.end();
      await this.#ffmpeg.ended;
      const failure = this.#ffmpeg.failure(`write ${this.#partial.target}`);
      if (failure) throw this.#named(failure);
    } catch (error) {
      await this.abort();
      throw error;
    }
    this.#finished = true;
    await this.#partial.commit();
  }

  async abort(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    await this.#ffmpeg.kill();
    await this.#partial.discard();
  }

  /** Why the pipe broke: ffmpeg has gone, and says it better than the pipe does. */
  async #reason(): Promise<BackscrubError> {
    await this.#ffmpeg.ended;
    const failure = this.#ffmpeg.failure(`write ${this.#partial.target}`);
    if (failure) return this.#named(failure);
    return new BackscrubError('Failed', `ffmpeg stopped before ${this.#partial.target} was complete.`);
  }

  /** The temporary name is nobody's business. */
  #named(failure: BackscrubError): BackscrubError {
    const message = failure.message.replaceAll(fileUrl(this.#partial.path), this.#partial.target);
    return new BackscrubError(failure.code === 'BadImage' ? 'Failed' : failure.code, message);
  }
}

import type { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { FfmpegProcess, fileUrl } from './ffmpeg-process.js';
import type { FrameRate, Source } from './source.js';
import { probeVideo, type VideoInfo } from './video-probe.js';

/**
 * Any video that ffmpeg reads, decoded by a child process to I420, BT.601, limited range. The pipe between us is all that
 * is buffered: the child waits when nobody asks for frames.
 */
export class FfmpegSource implements Source {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** For some containers only about right; see VideoInfo. */
  readonly frameCount: number | undefined;
  readonly dropped = 0;
  readonly #path: string;
  readonly #ffmpeg: FfmpegProcess;
  readonly #frame: Buffer;
  #frames = 0;
  #closed = false;

  private constructor(path: string, info: VideoInfo, ffmpeg: FfmpegProcess) {
    this.#path = path;
    this.#ffmpeg = ffmpeg;
    this.width = info.width;
    this.height = info.height;
    this.frameRate = info.frameRate;
    this.frameCount = info.frameCount;
    this.#frame = Buffer.allocUnsafe((info.width * info.height * 3) / 2);
    // When a child ends, Node throws away what is left in a pipe that nobody listens to, as between two frames.
    ffmpeg.child.stdout.on('readable', () => {});
  }

  /** @throws BackscrubError BadImage when it is no video, Failed when ffmpeg is not installed */
  static async open(path: string): Promise<FfmpegSource> {
    const info = await probeVideo(path);
    const { width, height, frameRate } = info;
    // The decoder says which range and matrix the file has; where it does not, swscale takes BT.601.
    const filters = [
      ...(info.variableRate ? [`fps=${frameRate.numerator}/${frameRate.denominator}`] : []),
      `scale=${width}:${height}:flags=bicubic+accurate_rnd+full_chroma_int:out_range=tv:out_color_matrix=bt601`,
      'format=yuv420p',
    ].join(',');
    const input = ['-protocol_whitelist', 'file', '-i', fileUrl(path), '-map', '0:v:0', '-an', '-sn', '-dn'];
    const output = ['-vf', filters, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'];
    const ffmpeg = new FfmpegProcess([...input, ...output], { read: [path] });
    ffmpeg.child.stdin.end();
    return new FfmpegSource(path, info, ffmpeg);
  }

  async next(into: Frame): Promise<boolean> {
    if (this.#closed) return false;
    const length = await this.#read();
    if (length === this.#frame.length) {
      into.loadI420(this.#frame);
      this.#frames++;
      return true;
    }
    await this.#ffmpeg.ended;
    const failure = this.#ffmpeg.failure(`read ${this.#path}`);
    if (failure) throw failure;
    if (length > 0) throw this.#damaged(`the last frame is cut off`);
    if (this.#frames === 0) throw this.#damaged(this.#ffmpeg.complaint);
    return false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#ffmpeg.kill();
  }

  #damaged(reason: string): BackscrubError {
    return new BackscrubError('BadImage', `${this.#path} is damaged or has no pictures: ${reason}.`);
  }

  /** Fills the frame buffer from the pipe. @returns how much came before the end */
  async #read(): Promise<number> {
    const pipe = this.#ffmpeg.child.stdout;
    const frame = this.#frame;
    let length = 0;
    while (length < frame.length) {
      const missing = frame.length - length;
      // read(n) gives nothing until n bytes are there, which may be more than the stream holds at a time.
      const chunk = pipe.read(Math.min(missing, pipe.readableLength || missing)) as Buffer | null;
      if (chunk) {
        length += chunk.copy(frame, length);
      } else if (pipe.readableEnded || pipe.destroyed) {
        break;
      } else {
        await readableOrEnd(pipe);
      }
    }
    return length;
  }
}

async function readableOrEnd(pipe: NodeJS.ReadableStream): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      for (const event of ['readable', 'end', 'close']) pipe.off(event, done);
      resolve();
    };
    for (const event of ['readable', 'end', 'close']) pipe.on(event, done);
  });
}

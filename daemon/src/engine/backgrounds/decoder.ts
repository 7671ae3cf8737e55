import type { ChildProcess } from 'node:child_process';
import { FrameStream } from '@backscrub/native';
import { spawnConfined } from '../../children/confined.js';
import { lastLine } from '../ffmpeg-process.js';
import type { Size } from './background.js';
import { decoderConfinement } from './confine.js';

const MAX_MESSAGE_BYTES = 4096;

/** A running ffmpeg that decodes to raw I420, and the stream of its pictures. */
export class Decoder {
  readonly pictures: FrameStream;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #complaint = '';

  /**
   * @param args options of the input and of the output, without the output's name
   * @param fd the open file, see INHERITED_URL
   * @param period milliseconds between two pictures, see FrameStream
   */
  constructor(args: readonly string[], fd: number, { width, height }: Size, period: number) {
    this.pictures = new FrameStream(width, height, period);
    const common = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error'];
    const output = ['-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-avioflags', 'direct', 'pipe:1'];
    const child = spawnConfined('ffmpeg', [...common, ...args, ...output], decoderConfinement(), {
      stdio: ['ignore', this.pictures.writer, 'pipe', fd],
      // Nothing in our environment is for it.
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    this.#child = child;
    this.pictures.closeWriter();
    child.stderr?.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString('latin1')).slice(-MAX_MESSAGE_BYTES);
    });
    child.stderr?.on('error', () => {});
    this.#gone = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#complaint = error.message;
        resolve();
      });
      child.once('close', () => resolve());
    });
  }

  /** What ffmpeg complained about last. */
  get complaint(): string {
    return lastLine(this.#complaint);
  }

  /** Process id; undefined when it could not be started. For tests and measurements. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until ffmpeg has ended by itself. */
  async ended(): Promise<void> {
    await this.#gone;
  }

  /** Ends it without ceremony; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    this.pictures.close();
    await this.#gone;
  }
}

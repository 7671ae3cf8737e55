import { type FileHandle, open } from 'node:fs/promises';
import type { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { fileError } from './file-errors.js';
import type { FrameRate, Source } from './source.js';
import { MAX_HEADER_BYTES, parseY4mHeader, UnsupportedY4m, type Y4mHeader } from './y4m-header.js';

const FRAME_MAGIC = Buffer.from('FRAME');
const LINE_FEED = 10;
/** Parameters of a single frame are rare and short. */
const MAX_FRAME_HEADER_BYTES = 256;

/** A YUV4MPEG2 file (or pipe) with 4:2:0 frames, read without any other program. */
export class Y4mSource implements Source {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  readonly frameCount: number | undefined;
  readonly dropped = 0;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #frame: Buffer;
  readonly #fullRange: boolean;
  /** What was read beyond the last line, to be used first. */
  #ahead: Buffer;
  #frames = 0;

  private constructor(
    path: string,
    file: FileHandle,
    header: Y4mHeader,
    ahead: Buffer,
    frameCount: number | undefined,
  ) {
    this.#path = path;
    this.#file = file;
    this.#ahead = ahead;
    this.#fullRange = header.fullRange;
    this.#frame = Buffer.allocUnsafe((header.width * header.height * 3) / 2);
    this.width = header.width;
    this.height = header.height;
    this.frameRate = header.frameRate;
    this.frameCount = frameCount;
  }

  /**
   * @throws UnsupportedY4m when ffmpeg is needed for the form of its pictures; BackscrubError InvalidArgs (no such
   * file), BadImage (no Y4M)
   */
  static async open(path: string): Promise<Y4mSource> {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw fileError(error, path, 'read');
    });
    try {
      const start = Buffer.alloc(MAX_HEADER_BYTES);
      const length = await readFully(file, start);
      const end = start.subarray(0, length).indexOf(LINE_FEED);
      if (end < 0) throw new BackscrubError('BadImage', 'it has no YUV4MPEG2 header');
      const header = parseY4mHeader(start.toString('latin1', 0, end));
      const stat = await file.stat();
      const ahead = start.subarray(end + 1, length);
      const count = stat.isFile() ? countFrames(stat.size - end - 1, header) : undefined;
      return new Y4mSource(path, file, header, ahead, count);
    } catch (error) {
      await file.close();
      if (error instanceof UnsupportedY4m)
        throw new UnsupportedY4m(`${path} cannot be read: ${error.message}.`);
      if (error instanceof BackscrubError) {
        throw new BackscrubError('BadImage', `${path} is not a usable Y4M file: ${error.message}.`);
      }
      throw fileError(error, path, 'read');
    }
  }

  async next(into: Frame): Promise<boolean> {
    if (!(await this.#readFrameHeader())) return false;
    const frame = this.#frame;
    if ((await this.#read(frame)) < frame.length) throw this.#damaged('ends in the middle of');
    if (this.#fullRange) limitRange(frame, this.width * this.height);
    into.loadI420(frame);
    this.#frames++;
    return true;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** @returns false at the end of the file */
  async #readFrameHeader(): Promise<boolean> {
    const header = Buffer.alloc(FRAME_MAGIC.length + 1);
    const length = await this.#read(header);
    if (length === 0) return false;
    if (length < header.length) throw this.#damaged('ends in the middle of');
    if (!header.subarray(0, FRAME_MAGIC.length).equals(FRAME_MAGIC))
      throw this.#damaged('has no header before');
    const byte = Buffer.from([header[FRAME_MAGIC.length] ?? 0]);
    for (let count = 0; byte[0] !== LINE_FEED; count++) {
      if (count > MAX_FRAME_HEADER_BYTES) throw this.#damaged('has no end of the header before');
      if ((await this.#read(byte)) === 0) throw this.#damaged('ends in the middle of');
    }
    return true;
  }

  #damaged(what: string): BackscrubError {
    return new BackscrubError(
      'BadImage',
      `${this.#path} is damaged: it ${what} frame ${this.#frames + 1}. Copy or record it again.`,
    );
  }

  async #read(into: Buffer): Promise<number> {
    const taken = this.#ahead.copy(into);
    this.#ahead = this.#ahead.subarray(taken);
    if (taken === into.length) return taken;
    try {
      return taken + (await readFully(this.#file, into.subarray(taken)));
    } catch (error) {
      throw fileError(error, this.#path, 'read');
    }
  }
}

/** Exact for a file without frame parameters, which is nearly every one; else nobody knows before its end. */
function countFrames(bytes: number, header: Y4mHeader): number | undefined {
  const each = FRAME_MAGIC.length + 1 + (header.width * header.height * 3) / 2;
  return bytes % each === 0 ? bytes / each : undefined;
}

/** Reads until `into` is full or the file ends; a pipe gives little at a time. */
async function readFully(file: FileHandle, into: Buffer): Promise<number> {
  let length = 0;
  while (length < into.length) {
    const { bytesRead } = await file.read(into, length, into.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** Full range to limited range in place (ITU-R BT.601: Y 16-235, Cb and Cr 16-240). */
function limitRange(i420: Buffer, lumaSize: number): void {
  for (let i = 0; i < lumaSize; i++) i420[i] = LIMITED_LUMA[i420[i] ?? 0] ?? 16;
  for (let i = lumaSize; i < i420.length; i++) i420[i] = LIMITED_CHROMA[i420[i] ?? 0] ?? 128;
}

const LIMITED_LUMA = Uint8Array.from({ length: 256 }, (_, value) => Math.round(16 + (value * 219) / 255));
const LIMITED_CHROMA = Uint8Array.from({ length: 256 }, (_, value) =>
  Math.round(128 + ((value - 128) * 224) / 255),
);

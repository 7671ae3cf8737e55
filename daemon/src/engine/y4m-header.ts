import { BackscrubError } from '../shared/errors.js';
import type { FrameRate } from './source.js';

/** What the stream header of a YUV4MPEG2 file says (mjpegtools, yuv4mpeg(5)). */
export interface Y4mHeader {
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** Samples use 0-255 (`XCOLORRANGE=FULL`) and not 16-235 and 16-240. */
  readonly fullRange: boolean;
}

/** A valid Y4M stream in a form that is not read natively (4:2:2, odd sizes, interlaced ...); ffmpeg can convert it. */
export class UnsupportedY4m extends BackscrubError {
  constructor(message: string) {
    super('BadImage', message);
    this.name = 'UnsupportedY4m';
  }
}

export const Y4M_MAGIC = 'YUV4MPEG2';
/** Real headers have about 60 bytes; who writes more has no header. */
export const MAX_HEADER_BYTES = 1024;
/** As in the frame type of native/lib. */
const MAX_SIZE = 8192;
const MAX_RATE = 1000;
const UNKNOWN_RATE: FrameRate = { numerator: 30, denominator: 1 };
/** They differ only in where chroma is sampled, which is less than a pixel. */
const CHROMA_420 = new Set(['420', '420jpeg', '420paldv', '420mpeg2']);

/**
 * Reads the header line, without its line feed.
 * @throws UnsupportedY4m when the picture has another form, BackscrubError BadImage when the line is no header
 */
export function parseY4mHeader(line: string): Y4mHeader {
  const [magic, ...parameters] = line.split(' ');
  if (magic !== Y4M_MAGIC) throw new BackscrubError('BadImage', 'the file is no YUV4MPEG2 stream');
  let width: number | undefined;
  let height: number | undefined;
  let frameRate = UNKNOWN_RATE;
  let chroma = '420';
  let interlace = 'p';
  let fullRange = false;
  for (const parameter of parameters) {
    const value = parameter.slice(1);
    switch (parameter[0]) {
      case 'W':
        width = size('width', value);
        break;
      case 'H':
        height = size('height', value);
        break;
      case 'F':
        frameRate = rate(value);
        break;
      case 'C':
        chroma = value;
        break;
      case 'I':
        interlace = value;
        break;
      case 'X':
        if (value === 'COLORRANGE=FULL') fullRange = true;
        break;
      default:
      // Pixel aspect and what later versions add do not change how the samples lie.
    }
  }
  if (width === undefined || height === undefined) {
    throw new BackscrubError('BadImage', 'its header names no width and height');
  }
  if (!CHROMA_420.has(chroma)) {
    throw new UnsupportedY4m(`it has chroma "${printable(chroma)}"; convert it with ffmpeg -pix_fmt yuv420p`);
  }
  if (interlace !== 'p' && interlace !== '?') {
    throw new UnsupportedY4m('it is interlaced; convert it with ffmpeg -vf yadif');
  }
  if (width % 2 !== 0 || height % 2 !== 0) {
    throw new UnsupportedY4m(`its size ${width}x${height} is odd; convert it with ffmpeg -vf scale`);
  }
  return { width, height, frameRate, fullRange };
}

function size(name: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > MAX_SIZE) {
    throw new BackscrubError('BadImage', `its ${name} "${printable(text)}" is not from 1 to ${MAX_SIZE}`);
  }
  return value;
}

function rate(text: string): FrameRate {
  const match = /^(\d{1,9}):(\d{1,9})$/.exec(text);
  if (!match) throw new BackscrubError('BadImage', `its frame rate "${printable(text)}" is not a fraction`);
  const numerator = Number(match[1]);
  const denominator = Number(match[2]);
  // 0:0 is how the format says "unknown".
  if (numerator === 0 || denominator === 0) return UNKNOWN_RATE;
  if (numerator / denominator > MAX_RATE) {
    throw new BackscrubError('BadImage', `its frame rate ${text} is more than ${MAX_RATE} per second`);
  }
  return { numerator, denominator };
}

/** A file's bytes go into a message only when they are plain and few. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 32);
}

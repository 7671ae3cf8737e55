import { BackscrubError } from '../shared/errors.js';
import { ask, fileUrl, INHERITED_URL } from './ffmpeg-process.js';
import type { FrameRate } from './source.js';

/** What is known of a video before its first frame. */
export interface VideoInfo {
  /** Size as it is shown: turned upright, with square pixels, even. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: FrameRate;
  /** Its numbers are BT.601 in limited range already, as far as it says. */
  readonly plainColour: boolean;
  /** Frames have unequal distances and are to be brought to `frameRate`. */
  readonly variableRate: boolean;
  /** Of the whole video, as its container says; undefined when it does not. */
  readonly seconds: number | undefined;
  /** From the container, or from duration and rate and then only about right; undefined when it says neither. */
  readonly frameCount: number | undefined;
}

const MAX_SIZE = 8192;
const MAX_RATE = 240;
const DEFAULT_RATE: FrameRate = { numerator: 30, denominator: 1 };
/** ffmpeg draws text files as pictures of a terminal; nobody means that here. */
const NOT_VIDEO = new Set(['tty', 'bin', 'xbin', 'adf', 'idf']);

export interface ProbeOptions {
  /** The open file, where it must be this one and not what its path names by now. */
  readonly fd?: number;
  /** After so long it is given up. */
  readonly timeoutMs?: number;
  /** Input options of ffprobe. */
  readonly input?: readonly string[];
}

/** Asks ffprobe about the first video stream. @throws BackscrubError BadImage, Failed (not installed) */
export async function probeVideo(path: string, options: ProbeOptions = {}): Promise<VideoInfo> {
  const { fd, timeoutMs, input = ['-protocol_whitelist', 'file'] } = options;
  const entries = [
    'stream=width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,nb_frames,duration,color_space,color_range,pix_fmt',
    'stream_side_data=rotation',
    'format=format_name,duration',
  ].join(':');
  const answer = await ask(
    'ffprobe',
    [
      '-v',
      'error',
      ...input,
      '-select_streams',
      'v:0',
      '-show_entries',
      entries,
      '-of',
      'json',
      fd === undefined ? fileUrl(path) : INHERITED_URL,
    ],
    // ffprobe ends with the name of the file and the reason; the name is ours to say.
    (line) =>
      new BackscrubError('BadImage', `${path} is not a video that ffmpeg can read: ${reasonOf(line)}.`),
    { ...(fd === undefined ? { read: [path] } : { fd }), ...(timeoutMs !== undefined && { timeoutMs }) },
  );
  return parseProbe(path, answer);
}

function reasonOf(line: string): string {
  return line.slice(line.lastIndexOf(': ') + 1).trim();
}

/** Reads ffprobe's answer; nothing in it is trusted. */
export function parseProbe(path: string, answer: string): VideoInfo {
  const parsed: unknown = JSON.parse(answer);
  const format = field(parsed, 'format');
  const streams = field(parsed, 'streams');
  const stream: unknown = Array.isArray(streams) ? streams[0] : undefined;
  const formatName = String(field(format, 'format_name'));
  if (stream === undefined || NOT_VIDEO.has(formatName)) {
    throw new BackscrubError('BadImage', `${path} has no pictures in it: give a video or an image.`);
  }
  const size = shownSize(stream);
  if (!size) {
    throw new BackscrubError(
      'BadImage',
      `${path} has a picture size that cannot be used (2 to ${MAX_SIZE} pixels).`,
    );
  }
  const average = rate(field(stream, 'avg_frame_rate'));
  const base = rate(field(stream, 'r_frame_rate'));
  const frameRate = average ?? base ?? DEFAULT_RATE;
  const variableRate = !base || !average || Math.abs(perSecond(base) / perSecond(average) - 1) > 0.01;
  const exact = Number(field(stream, 'nb_frames'));
  const seconds = Number(field(stream, 'duration')) || Number(field(format, 'duration'));
  const frameCount = exact > 0 && !variableRate ? exact : Math.round(seconds * perSecond(frameRate));
  return {
    ...size,
    plainColour: isPlain(stream),
    frameRate,
    variableRate,
    frameCount: frameCount > 0 ? frameCount : undefined,
    seconds: seconds > 0 ? seconds : undefined,
  };
}

/** What the file does not say, swscale takes for BT.601 and limited range, too. */
function isPlain(stream: unknown): boolean {
  const [matrix, range, format] = ['color_space', 'color_range', 'pix_fmt'].map((name) =>
    field(stream, name),
  );
  return (
    format === 'yuv420p' &&
    [undefined, 'unknown', 'smpte170m', 'bt470bg'].includes(matrix as string | undefined) &&
    [undefined, 'unknown', 'tv'].includes(range as string | undefined)
  );
}

function shownSize(stream: unknown): { width: number; height: number } | undefined {
  let width = Number(field(stream, 'width'));
  let height = Number(field(stream, 'height'));
  const [aspectWidth = 1, aspectHeight = 1] = String(field(stream, 'sample_aspect_ratio'))
    .split(':')
    .map(Number);
  const aspect = aspectWidth / aspectHeight;
  if (aspect > 0.1 && aspect < 10) width *= aspect;
  const sideData = field(stream, 'side_data_list');
  const rotation = Array.isArray(sideData)
    ? sideData.map((entry) => Number(field(entry, 'rotation'))).find(Number.isFinite)
    : 0;
  if (Math.abs(rotation ?? 0) % 180 === 90) [width, height] = [height, width];
  width = even(width);
  height = even(height);
  const usable = (value: number): boolean => value >= 2 && value <= MAX_SIZE;
  return usable(width) && usable(height) ? { width, height } : undefined;
}

/** Down to the next even number; a picture one pixel wide or high is stretched to two. */
function even(value: number): number {
  return value >= 1 ? Math.max(2, Math.floor(Math.round(value) / 2) * 2) : 0;
}

function rate(value: unknown): FrameRate | undefined {
  const match = /^(\d{1,9})\/(\d{1,9})$/.exec(String(value));
  if (!match) return undefined;
  const found = { numerator: Number(match[1]), denominator: Number(match[2]) };
  const hertz = perSecond(found);
  return hertz > 0 && hertz <= MAX_RATE ? found : undefined;
}

function perSecond({ numerator, denominator }: FrameRate): number {
  return numerator / denominator;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

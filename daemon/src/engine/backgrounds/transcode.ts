/** Encodes an animation or a clip of unknown origin again, as the engine plays it. */
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { BackscrubError } from '../../shared/errors.js';
import { ask, FfmpegProcess, fileUrl } from '../ffmpeg-process.js';
import { loadSafeSharp } from '../import/safe-sharp.js';

export interface TranscodeLimits {
  /** For all of the work. */
  readonly milliseconds: number;
  /** Of what is imported. */
  readonly seconds: number;
  readonly frames: number;
  /** Of one picture. */
  readonly pixels: number;
  /** Of the result. */
  readonly bytes: number;
}

export interface MovingPicture {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
}

const SAFE = ['-protocol_whitelist', 'file,pipe'];
const MAX_RATE = 30;

/**
 * Writes Motion JPEG in Matroska: at most 1280x720 where it covers that, at most 30 frames a second, without sound.
 * @throws BackscrubError BadImage, Failed when ffmpeg is not installed
 */
export async function transcodeMoving(
  inputPath: string,
  outputPath: string,
  limits: TranscodeLimits,
): Promise<MovingPicture> {
  if (await isWebp(inputPath)) {
    const gif = `${outputPath}.gif`;
    const sharp = await loadSafeSharp();
    await writeFile(
      gif,
      await sharp(await readFile(inputPath), { animated: true })
        .gif()
        .toBuffer(),
    );
    return await transcodeMoving(gif, outputPath, limits);
  }
  const found = await measure(inputPath);
  if (found.width * found.height > limits.pixels) {
    throw new BackscrubError(
      'BadImage',
      `The clip has ${found.width}x${found.height} pixels, which is too large. Save a smaller copy.`,
    );
  }
  if (found.duration > limits.seconds) {
    throw new BackscrubError(
      'BadImage',
      `The clip lasts ${Math.round(found.duration)} s; at most ${limits.seconds} s can be imported. Cut it first.`,
    );
  }
  const filter = `fps='min(source_fps,${MAX_RATE})',scale=w='min(iw,max(1280,720*a))':h=-2`;
  const run = new FfmpegProcess([
    ...[...SAFE, '-threads', '1', '-i', fileUrl(inputPath), '-map', '0:v:0', '-map_metadata', '-1'],
    ...['-t', String(limits.seconds), '-frames:v', String(limits.frames), '-vf', filter],
    ...['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3', '-fs', String(limits.bytes)],
    ...['-f', 'matroska', '-y', fileUrl(outputPath)],
  ]);
  run.child.stdout.resume();
  const timer = setTimeout(() => void run.kill(), limits.milliseconds);
  await run.ended;
  clearTimeout(timer);
  const failure = run.failure('read the clip');
  if (failure) throw new BackscrubError('BadImage', `The clip cannot be imported: ${failure.message}`);
  const { size } = await stat(outputPath);
  if (size >= limits.bytes * 0.99) {
    throw new BackscrubError(
      'BadImage',
      'The clip is too long or too large. Save a shorter or smaller copy.',
    );
  }
  const result = await measure(outputPath);
  if (result.frames < 1) throw new BackscrubError('BadImage', 'The clip has no pictures in it.');
  return result;
}

/** Of which ffmpeg reads no animations. */
async function isWebp(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0);
    return buffer.toString('latin1', 8) === 'WEBP';
  } finally {
    await handle.close();
  }
}

/** Size, number of frames and duration of the first video stream. */
async function measure(path: string): Promise<MovingPicture> {
  const answer = await ask(
    'ffprobe',
    [
      ...['-v', 'error', ...SAFE, '-select_streams', 'v:0', '-count_packets', '-of', 'json'],
      ...['-show_entries', 'stream=width,height,nb_read_packets:format=duration', fileUrl(path)],
    ],
    (line) => new BackscrubError('BadImage', `The clip is damaged: ${line}.`),
  );
  const { streams, format } = JSON.parse(answer) as {
    readonly streams?: readonly { width?: number; height?: number; nb_read_packets?: string }[];
    readonly format?: { duration?: string };
  };
  const stream = streams?.[0];
  if (!stream?.width || !stream.height) {
    throw new BackscrubError('BadImage', 'The file has no pictures in it.');
  }
  return {
    width: stream.width,
    height: stream.height,
    frames: Number(stream.nb_read_packets ?? 0),
    duration: Number(format?.duration ?? 0) || 0,
  };
}

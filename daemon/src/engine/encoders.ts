import { extname } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import { ask } from './ffmpeg-process.js';

const H264 = { encoder: 'libx264', args: ['-preset', 'veryfast', '-crf', '18'] };
const VP9 = {
  encoder: 'libvpx-vp9',
  args: ['-crf', '24', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '5', '-row-mt', '1'],
};

/** What is written for a file name's ending when ffmpeg has that encoder; its own choice otherwise. */
const CHOICES: Readonly<Record<string, { readonly encoder: string; readonly args: readonly string[] }>> = {
  '.mp4': { ...H264, args: [...H264.args, '-movflags', '+faststart'] },
  '.m4v': { ...H264, args: [...H264.args, '-movflags', '+faststart'] },
  '.mov': { ...H264, args: [...H264.args, '-movflags', '+faststart'] },
  '.mkv': H264,
  '.ts': H264,
  '.webm': VP9,
};

/** Pictures of at most this width and rate, since a GIF has no compression to speak of and 256 colours. */
const GIF_FILTER =
  "fps=12,scale='min(640,iw)':-2:flags=lanczos,split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer";

/**
 * The matrix is BT.601, whatever the size, and has to be written into the file: players take BT.709 for high
 * definition else. Primaries and transfer are those of sRGB pictures, near enough.
 */
const COLOUR_TAGS = [
  ...['-color_range', 'tv', '-colorspace', 'smpte170m', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
];

/**
 * The arguments of ffmpeg between input and output file.
 * @throws BackscrubError InvalidArgs when ffmpeg has no container of that name, Failed when it is not installed
 */
export async function encoderArguments(path: string): Promise<string[]> {
  const ending = extname(path).toLowerCase();
  if (ending === '.gif') return ['-vf', GIF_FILTER];
  if (ending.length < 2) throw unknownEnding(path);
  const choice = CHOICES[ending];
  const codec =
    choice && (await hasEncoder(choice.encoder)) ? ['-c:v', choice.encoder, ...choice.args] : ['-q:v', '3'];
  return [...codec, '-pix_fmt', 'yuv420p', ...COLOUR_TAGS];
}

export function unknownEnding(path: string): BackscrubError {
  return new BackscrubError(
    'InvalidArgs',
    `${path} has no ending that says what to write: use .y4m, .mp4, .mkv, .webm, .gif, .png, .jpg or .webp.`,
  );
}

/** Distributions leave encoders out; ffmpeg names the ones it has. */
async function hasEncoder(name: string): Promise<boolean> {
  const failed = (): BackscrubError =>
    new BackscrubError('Failed', `ffmpeg does not know the encoder ${name}.`);
  const answer = await ask('ffmpeg', ['-hide_banner', '-v', 'error', '-h', `encoder=${name}`], failed).catch(
    (error: unknown) => {
      if (error instanceof BackscrubError && error.message.includes('not installed')) throw error;
      return '';
    },
  );
  return answer.includes(`Encoder ${name}`);
}

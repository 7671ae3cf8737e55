import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Address space of a decoder: several times what one of 4096x2304 needs, and an end to those that want everything. */
const MAX_MEMORY = 3 * 1024 * 1024 * 1024;
/** Larger pictures are not decoded; a video may change its size in the middle. */
const MAX_PIXELS = 4096 * 2304;
/** Containers that hold pictures, and none that names other files. */
const FORMATS = 'mov,mp4,m4a,matroska,webm,gif,apng,avi,mpegts,mpeg,ogg,flv,asf,ivf,mpegvideo,m4v';

/** Input options for a file that nobody vouches for. */
export const CAREFUL_INPUT: readonly string[] = [
  '-protocol_whitelist',
  'file,pipe',
  '-format_whitelist',
  FORMATS,
  '-max_pixels',
  String(MAX_PIXELS),
];

/** Whether a program is on the path. */
export function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '/usr/bin:/bin').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The command line of a decoder that dies with us (setpriv(1), --pdeathsig) and has an end to its memory (prlimit(1)), as far as
 * util-linux is there; what it lacks is made up for by the pipe that breaks.
 */
export function confined(program: string, args: readonly string[]): { file: string; args: string[] } {
  const words = [program, ...args];
  if (isInstalled('setpriv')) words.unshift('setpriv', '--pdeathsig', 'KILL');
  if (isInstalled('prlimit')) words.unshift('prlimit', `--as=${MAX_MEMORY}`, '--core=0');
  const [file = program, ...rest] = words;
  return { file, args: rest };
}

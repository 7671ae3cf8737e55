import type { Confinement } from '../../children/confined.js';

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

/** What a decoder has: the open file that is its number 3. @param output whether it writes to its number 4 */
export function decoderConfinement(output = false): Confinement {
  return { readFds: [3], writeFds: output ? [4] : [], addressSpace: MAX_MEMORY };
}

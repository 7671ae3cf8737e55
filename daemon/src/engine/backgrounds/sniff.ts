/** What a file is by its first bytes; its name says nothing that can be relied on. */
export type FileKind = 'still' | 'animation' | 'video' | 'svg' | 'other';

/** So many bytes of the file's beginning decide; APNG's marker comes after a colour profile of any size. */
export const SNIFF_BYTES = 64 * 1024;

/** Beginnings, in latin1. */
const STILL = ['\xff\xd8\xff', 'II*\0', 'MM\0*'];
/** The brands of AVIF and HEIC after the first box's length. */
const HEIF = ['avif', 'avis', 'heic', 'heix', 'mif1', 'msf1'].map((brand) => `ftyp${brand}`);
/** Matroska and WebM, FLV, Ogg, MPEG programme and video streams, ASF (WMV), IVF. */
const VIDEO = [
  '\x1a\x45\xdf\xa3',
  'FLV\x01',
  'OggS',
  '\0\0\x01\xba',
  '\0\0\x01\xb3',
  '\x30\x26\xb2\x75',
  'DKIF',
];
/** QuickTime and MP4 begin with one of these boxes, after its length. */
const MOVIE_BOX = ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot'];
const MPEG_TS_PACKET = 188;

export function sniff(head: Buffer): FileKind {
  const text = head.toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return isApng(text) ? 'video' : 'still';
  const begins = (words: readonly string[], at = 0): boolean =>
    words.some((word) => text.startsWith(word, at));
  if (begins(['GIF87a', 'GIF89a'])) return 'animation';
  if (begins(['RIFF']) && begins(['WEBP'], 8)) {
    return begins(['VP8X'], 12) && isAnimatedWebp(head) ? 'animation' : 'still';
  }
  if (begins(STILL) || begins(HEIF, 4)) return 'still';
  if (begins(VIDEO) || begins(MOVIE_BOX, 4) || (begins(['RIFF']) && begins(['AVI '], 8))) return 'video';
  if (text[0] === 'G' && text[MPEG_TS_PACKET] === 'G' && text[2 * MPEG_TS_PACKET] === 'G') return 'video';
  return /<svg[\s>]/i.test(text.slice(0, 4096)) ? 'svg' : 'other';
}

/** The animation control chunk has to come before the first image data (APNG specification). */
function isApng(text: string): boolean {
  const control = text.indexOf('acTL');
  const data = text.indexOf('IDAT');
  return control > 0 && (data < 0 || control < data);
}

/** Bit 1 of the flags of the extended header (WebP container specification). */
function isAnimatedWebp(head: Buffer): boolean {
  return ((head[20] ?? 0) & 2) !== 0;
}

/** What a file is, by its first bytes; its name counts for nothing. */
import { BackscrubError } from '../../shared/errors.js';
import { OverBudget, StructureBudget, StructureReader } from '../../shared/structure-budget.js';

/** `image` can also turn out to be an animation (GIF, WebP). */
export interface Identity {
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif' | 'apng' | 'mp4' | 'webm' | 'mkv';
  readonly moving: boolean | 'perhaps';
}

/** Chunks before the image data: a real file has a dozen. */
const PNG_LIMITS = { elements: 1024, bytes: 16 * 1024, milliseconds: 1000 } as const;

const KINDS = 'Use JPEG, PNG, WebP, AVIF, TIFF, GIF, MP4, WebM or MKV.';

/** Kinds that people try, with what to do about them. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^(?:\ufeff)?\s*<(?:\?xml|!doctype svg|!--|svg)/i, 'It is an SVG drawing: save it as PNG.'],
  [/^%PDF/, 'It is a PDF document: save the page as PNG.'],
  [/^BM/, 'It is a BMP image: save it as PNG.'],
  [/^.{4}ftyp(?:heic|heix|heim|heis|hevc|mif1|msf1)/s, 'It is a HEIC image: save it as JPEG.'],
  [/^.{4}ftypqt/s, 'It is a QuickTime clip: save it as MP4.'],
  [/^\xff\n|^.{4}JXL /s, 'It is a JPEG XL image: save it as PNG or JPEG.'],
  [/^II\+\0|^MM\0\+/, 'It is a BigTIFF image: save it as PNG or JPEG.'],
];

/** ISO base media files that are video, by their major brand. */
const MP4_BRANDS = /^(iso[m2-9]|mp4[12]|avc1|M4V |dash|mmp4|MSNV|3gp[4-9])$/;

/** @throws BackscrubError BadImage */
export function identify(bytes: Buffer): Identity {
  const head = bytes.toString('latin1', 0, 4096);
  if (head.startsWith('\xff\xd8\xff')) return { format: 'jpeg', moving: false };
  if (head.startsWith('\x89PNG\r\n\x1a\n')) {
    return isAnimatedPng(bytes) ? { format: 'apng', moving: true } : { format: 'png', moving: false };
  }
  if (/^GIF8[79]a/.test(head)) return { format: 'gif', moving: 'perhaps' };
  if (/^RIFF.{4}WEBP/s.test(head)) return { format: 'webp', moving: 'perhaps' };
  if (/^(II\*\0|MM\0\*)/.test(head)) return { format: 'tiff', moving: false };
  if (head.startsWith('\x1a\x45\xdf\xa3')) return { format: matroskaKind(head), moving: true };
  if (head.startsWith('ftyp', 4)) {
    const [major = '', ...others] = brands(bytes);
    if ([major, ...others].some((brand) => brand === 'avif' || brand === 'avis')) {
      return { format: 'avif', moving: false };
    }
    if (MP4_BRANDS.test(major)) return { format: 'mp4', moving: true };
  }
  const text = REFUSED.find(([pattern]) => pattern.test(head))?.[1];
  throw new BackscrubError('BadImage', text ?? `It is not of a kind that can be imported. ${KINDS}`);
}

/** The major brand, then the compatible ones (ISO/IEC 14496-12, 4.3). */
function brands(bytes: Buffer): string[] {
  const end = Math.min(bytes.length, bytes.readUInt32BE(0), 256);
  const found: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) found.push(bytes.toString('latin1', at, at + 4));
  return found;
}

/** DocType is among the first elements (RFC 8794, 11.2.7). */
function matroskaKind(head: string): 'webm' | 'mkv' {
  const kind = /\x42\x82.(webm|matroska)/s.exec(head.slice(0, 128))?.[1];
  if (kind === undefined)
    throw new BackscrubError('BadImage', `It is a file of an unknown Matroska kind. ${KINDS}`);
  return kind === 'webm' ? 'webm' : 'mkv';
}

/** Whether a chunk acTL with more than one frame comes before the image data (PNG, third edition, 11.3.4.1). */
function isAnimatedPng(bytes: Buffer): boolean {
  const file = StructureReader.ofBytes(bytes, new StructureBudget(PNG_LIMITS));
  try {
    for (let at = 8; at + 12 <= bytes.length; ) {
      const head = file.look(at, 12);
      const type = head.toString('latin1', 4, 8);
      if (type === 'acTL') return head.readUInt32BE(8) > 1;
      if (type === 'IDAT') return false;
      at += 12 + head.readUInt32BE(0);
    }
  } catch (error) {
    if (!(error instanceof OverBudget)) throw error;
    throw new BackscrubError('BadImage', `The image is damaged: it ${error.message}.`);
  }
  return false;
}

/** Backgrounds that come with Backscrub. */
import { BackscrubError } from '../../../shared/errors.js';

export interface GalleryEntry {
  /** `builtin:` and a name. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'still' | 'animated';
}

const GRADIENTS: readonly (GalleryEntry & { readonly colours: readonly [string, string] })[] = [
  { id: 'builtin:dawn', name: 'Dawn', kind: 'still', colours: ['#f6d5c3', '#8fa8c8'] },
  { id: 'builtin:dusk', name: 'Dusk', kind: 'still', colours: ['#3b4371', '#f3904f'] },
];

export function galleryList(): GalleryEntry[] {
  return GRADIENTS.map(({ id, name, kind }) => ({ id, name, kind }));
}

/**
 * Draws a built-in background, or `gradient:#rrggbb-#rrggbb[@DEGREES]`. @returns packed RGB
 * @throws BackscrubError UnknownBackground
 */
export async function renderGallery(background: string, width: number, height: number): Promise<Buffer> {
  const match = /^gradient:(#[0-9a-f]{6})-(#[0-9a-f]{6})(?:@(\d{1,3}))?$/i.exec(background);
  const known = GRADIENTS.find(({ id }) => id === background);
  const [from, to] = match ? [match[1] ?? '', match[2] ?? ''] : (known?.colours ?? []);
  if (from === undefined || to === undefined) {
    throw new BackscrubError(
      'UnknownBackground',
      `There is no background "${background}"; see ListBackgrounds (backscrubctl background list).`,
    );
  }
  const { default: sharp } = await import('sharp');
  const turn = `gradientTransform="rotate(${Number(match?.[3] ?? 0)} .5 .5)"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="g" x1="0" y1="0" x2="0" y2="1" ${turn}><stop stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#g)"/></svg>`;
  return await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
}

/** sharp as an import may use it: only the decoders that are needed, one thread, no cache. */
import type sharpModule from 'sharp';

export type Sharp = typeof sharpModule;

/** Larger pictures are refused: decoding one would take more memory than everything else together. */
export const MAX_MEGAPIXELS = 64;

/** From memory only; libvips knows many more, some of which read other files or talk to other programs. */
const DECODERS = ['Jpeg', 'Png', 'Webp', 'Heif', 'Tiff', 'Nsgif'].map(
  (name) => `VipsForeignLoad${name}Buffer`,
);

let loaded: Promise<Sharp> | undefined;

/** For processes that do nothing but import: it changes sharp for the whole process. */
export function loadSafeSharp(): Promise<Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: DECODERS });
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

import type { FileHandle } from 'node:fs/promises';
import { Backdrop } from '@backscrub/native';
import { type DecodedFile, decodeFile } from '../../children/decode-file.js';
import { BackscrubError } from '../../shared/errors.js';
import type { Page } from './animation.js';
import type { Focus, Size } from './background.js';

/** What a file turned out to be. The frames are the caller's; a video has none. */
export type Decoded =
  | { readonly kind: 'still'; readonly frame: Backdrop }
  | { readonly kind: 'animation'; readonly pages: readonly Page[] }
  | { readonly kind: 'video' };

/**
 * Has a process of its own look into a file and decode it. Here are raw frames and the virtual camera: what is read here is plain
 * numbers of a size that is known.
 * @param handle the open file
 * @param name for errors
 * @throws BackscrubError BadImage when it is damaged, too large or of another format
 */
export async function decodeAside(
  name: string,
  handle: FileHandle,
  size: Size,
  focus: Focus,
): Promise<Decoded> {
  return await decodeFile({ name, size, focus }, handle, (decoded) => take(name, decoded, size));
}

async function take(name: string, decoded: DecodedFile, { width, height }: Size): Promise<Decoded> {
  const { kind } = decoded;
  if (kind === 'video') return { kind };
  const packed = Buffer.allocUnsafe((width * height * 3) / 2);
  const pages: Page[] = [];
  for (const [page, milliseconds] of decoded.milliseconds.entries()) {
    if (!(await decoded.read(page, packed))) break;
    const frame = new Backdrop(width, height);
    frame.loadI420(packed);
    pages.push({ frame, milliseconds });
  }
  const [first] = pages;
  if (first && pages.length === decoded.milliseconds.length)
    return kind === 'still' ? { kind, frame: first.frame } : { kind, pages };
  for (const { frame } of pages) frame.release();
  throw new BackscrubError('BadImage', `${name} could not be decoded: what was made of it cannot be read.`);
}

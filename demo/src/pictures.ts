import { writeFile } from 'node:fs/promises';
import { Frame } from '@backscrub/native';
import sharp from 'sharp';

/** Height of the pictures that stand side by side. */
const STRIP_HEIGHT = 400;
const GAP = 8;

/** Puts pictures side by side into one, in their order. */
export async function writeSideBySide(path: string, frames: readonly Frame[]): Promise<void> {
  const pictures = await Promise.all(
    frames.map(async (frame) => {
      const rgb = Buffer.alloc(frame.width * frame.height * 3);
      frame.storeRgb(rgb);
      const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
      const { data, info } = await sharp(rgb, { raw })
        .resize({ height: STRIP_HEIGHT })
        .png()
        .toBuffer({ resolveWithObject: true });
      return { data, width: info.width };
    }),
  );
  let left = 0;
  const layers = pictures.map(({ data, width }) => {
    const layer = { input: data, left, top: 0 };
    left += width + GAP;
    return layer;
  });
  const canvas = { width: left - GAP, height: STRIP_HEIGHT, channels: 3 as const, background: '#ffffff' };
  await writeFile(path, await sharp({ create: canvas }).composite(layers).png().toBuffer());
}

/** A copy that stays when the original is used for the next frame. */
export function copyOf(frame: Frame): Frame {
  const copy = new Frame(frame.width, frame.height);
  copy.copyFrom(frame);
  return copy;
}

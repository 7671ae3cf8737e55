import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { spawnConfined } from '../../children/confined.js';
import { BackscrubError } from '../../shared/errors.js';
import { decoderConfinement } from '../backgrounds/confine.js';
import { INHERITED_URL, startError } from '../ffmpeg-process.js';

/** Of a stored clip, as PNG. @throws BackscrubError BadImage, Failed when ffmpeg is not installed */
export async function firstPicture(path: string): Promise<Buffer> {
  const args = [
    ...['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,pipe', '-f', 'matroska'],
    ...['-i', INHERITED_URL, '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', 'pipe:1'],
  ];
  const clip = await open(path);
  try {
    const child = spawnConfined('ffmpeg', args, decoderConfinement(), {
      stdio: ['ignore', 'pipe', 'ignore', clip.fd],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    const parts: Buffer[] = [];
    (child.stdout as Readable).on('data', (part: Buffer) => parts.push(part));
    const status = await new Promise<number>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => reject(startError('ffmpeg', error)));
      child.once('close', (code) => resolve(code ?? 1));
    });
    const picture = Buffer.concat(parts);
    if (status === 0 && picture.length > 0) return picture;
    throw new BackscrubError('BadImage', 'The first picture of the clip cannot be read.');
  } finally {
    await clip.close();
  }
}

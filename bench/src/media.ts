import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Frame } from '@backscrub/native';
import sharp from 'sharp';

/** Media and tools for measurements that are not part of the project: BACKSCRUB_SHARED, else a folder beside the checkout. */
export function sharedFolder(): string {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  return process.env['BACKSCRUB_SHARED'] ?? join(root, '..', 'shared');
}

export interface DevItem {
  readonly file: string;
  readonly alpha: string;
  readonly size: string;
  readonly fps?: number;
  readonly gt: string;
}

/** Clips and images with a true alpha plane, named in a manifest. */
export async function devItems(folder: string): Promise<DevItem[]> {
  const manifest = join(folder, 'media/dev/manifest.json');
  if (!existsSync(manifest)) {
    throw new Error(`${manifest} is not there: set BACKSCRUB_SHARED to the folder that holds media/dev.`);
  }
  return JSON.parse(await readFile(manifest, 'utf8')) as DevItem[];
}

export interface Still {
  readonly frame: Frame;
  /** The picture's own size; the frame is rounded up to even numbers. */
  readonly width: number;
  readonly height: number;
}

export async function readStill(path: string): Promise<Still> {
  const { data, info } = await sharp(path)
    .autoOrient()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const even = { width: width + (width % 2), height: height + (height % 2) };
  const rgb = await sharp(data, { raw: { width, height, channels: 3 } })
    .extend({ right: even.width - width, bottom: even.height - height, extendWith: 'copy' })
    .raw()
    .toBuffer();
  const frame = new Frame(even.width, even.height);
  frame.loadRgb(rgb);
  return { frame, width, height };
}

/**
 * Decodes a clip of known size to I420, frame by frame into the same frame.
 * @param kind `gray`: an alpha plane, whose levels become luma as they are
 */
export async function* readClip(
  path: string,
  width: number,
  height: number,
  kind: 'picture' | 'gray' = 'picture',
): AsyncGenerator<Frame> {
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      path,
      '-vf',
      kind === 'gray' ? 'extractplanes=y' : 'scale=out_color_matrix=bt601:out_range=limited',
      '-pix_fmt',
      kind === 'gray' ? 'gray' : 'yuv420p',
    ].concat(['-f', 'rawvideo', '-']),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const frame = new Frame(width, height);
  const size = kind === 'gray' ? width * height : (width * height * 3) / 2;
  const buffer = Buffer.alloc((width * height * 3) / 2, 128);
  let filled = 0;
  for await (const chunk of ffmpeg.stdout as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.copy(buffer, filled, at, Math.min(chunk.length, at + size - filled));
      filled += taken;
      at += taken;
      if (filled === size) {
        filled = 0;
        frame.loadI420(buffer);
        yield frame;
      }
    }
  }
}

/** Writes alpha planes as a lossless grey clip. */
export class MatteWriter {
  readonly #ffmpeg: ChildProcess;
  readonly #done: Promise<void>;

  constructor(path: string, width: number, height: number) {
    const input = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-video_size',
      `${width}x${height}`,
      '-framerate',
      '30',
      '-i',
      '-',
    ];
    const output = path.endsWith('.png') ? ['-frames:v', '1'] : ['-c:v', 'ffv1', '-pix_fmt', 'gray'];
    this.#ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', ...input, ...output, path], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    this.#done = new Promise((resolve, reject) => {
      this.#ffmpeg.on('error', reject);
      this.#ffmpeg.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`)),
      );
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#ffmpeg.stdin?.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    this.#ffmpeg.stdin?.end();
    await this.#done;
  }
}

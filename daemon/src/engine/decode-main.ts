/**
 * The process that looks into one file for the engine and decodes it if it is a picture (backgrounds/decode-aside.ts):
 *   decode-main.js WIDTH HEIGHT X Y NAME
 * The file is open as number 3, what it becomes is written to number 4: frames of packed I420 that cover WIDTH x HEIGHT, cut at the
 * focus X, Y. NAME is for errors. The answer is one line of JSON: {"ok":true,"kind":"still"}, {"ok":true,"kind":"animation",
 * "milliseconds":[...]} with as many frames, {"ok":true,"kind":"video"} with none, or {"ok":false,"error":{code,message}}.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Frame } from '@backscrub/native';
import { BackscrubError } from '../shared/errors.js';
import { answerQuestion } from './answer-question.js';
import { animationFrames, fitsInMemory, readPages } from './backgrounds/animation.js';
import type { Size } from './backgrounds/background.js';
import { SNIFF_BYTES, sniff } from './backgrounds/sniff.js';
import { decodeStill, notAnImage, readImage } from './backgrounds/still.js';
import { hasFfmpeg } from './backgrounds/video.js';

async function answer([width, height, x, y, name = '']: string[]): Promise<object> {
  const size = { width: Number(width), height: Number(height) };
  const input = await open('/proc/self/fd/3');
  const head = Buffer.alloc(SNIFF_BYTES);
  const { bytesRead } = await input.read(head, 0, SNIFF_BYTES, 0);
  switch (sniff(head.subarray(0, bytesRead))) {
    case 'svg':
      throw new BackscrubError(
        'BadImage',
        `${name} is an SVG drawing, which could refer to other files: save it as PNG or WebP.`,
      );
    case 'other':
      throw notAnImage(name);
    case 'video':
      return { kind: 'video' };
    case 'animation': {
      const bytes = await readImage(name, input);
      const pages = await readPages(name, bytes);
      if (pages.count === 1) break;
      // ffmpeg cannot read animated WebP.
      const needsNoVideo = fitsInMemory(pages, size) || head.toString('latin1', 0, 4) === 'RIFF';
      if (!needsNoVideo && hasFfmpeg()) return { kind: 'video' };
      const milliseconds: number[] = [];
      await store(size, async (write) => {
        for await (const page of animationFrames(name, bytes, pages, size)) {
          await write(page.frame);
          milliseconds.push(page.milliseconds);
        }
      });
      return { kind: 'animation', milliseconds };
    }
    case 'still':
      break;
  }
  const frame = await decodeStill(name, await readImage(name, input), size, { x: Number(x), y: Number(y) });
  await store(size, (write) => write(frame));
  return { kind: 'still' };
}

async function store(
  { width, height }: Size,
  fill: (write: (frame: Frame) => Promise<void>) => Promise<void>,
): Promise<void> {
  const output: FileHandle = await open('/proc/self/fd/4', 'w');
  const packed = Buffer.allocUnsafe((width * height * 3) / 2);
  await fill(async (frame) => {
    frame.storeI420(packed);
    frame.release();
    await output.writeFile(packed);
  });
  await output.close();
}

await answerQuestion(answer);

import { extname } from 'node:path';
import { unknownEnding } from './encoders.js';
import { FfmpegSink } from './ffmpeg-sink.js';
import type { FileSink, SinkFormat } from './file-sink.js';
import { ImageSink } from './image-sink.js';
import { Y4mSink } from './y4m-sink.js';

const IMAGE_ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.webp']);

/**
 * Opens the sink that a file name's ending asks for: Y4M by ourselves, one image of the last frame, anything else by
 * ffmpeg.
 * @throws BackscrubError InvalidArgs, Failed
 */
export async function openSink(path: string, format: SinkFormat): Promise<FileSink> {
  const ending = extname(path).toLowerCase();
  if (ending === '') throw unknownEnding(path);
  if (ending === '.y4m') return Y4mSink.create(path, format);
  if (IMAGE_ENDINGS.has(ending)) return ImageSink.create(path, format);
  return FfmpegSink.create(path, format);
}

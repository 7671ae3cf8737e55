/** Pictures that callers name by their path. The service neither opens nor decodes them. */
import { decodeNamed } from '../children/decode-file.js';
import { reachFile } from '../children/reach-file.js';
import { frameCache } from '../shared/derived-caches.js';
import { backgroundKey, pictureBytes } from '../shared/prepared-picture.js';

/** The usual size: what is decoded here is kept for the engine. */
const SIZE = { width: 1280, height: 720 };
const CENTRE = { x: 0.5, y: 0.5 };

export interface NamedPictures {
  /** Whether a path leads to a file that can be opened in time. @throws BackscrubError UnknownBackground or BadImage */
  reach(path: string): Promise<void>;
  /**
   * Has the file decoded and keeps what comes of it. A video is only told from the rest.
   * @throws BackscrubError UnknownBackground or BadImage when this cannot be shown
   */
  decode(path: string): Promise<'picture' | 'video'>;
}

/** One process for each question: a small one that looks at the path, and a decoder where nothing is kept of the file yet. */
export class DecodedPictures implements NamedPictures {
  readonly #decoder: string | undefined;

  /** @param decoder path of the decoder's main file; another one in tests */
  constructor(decoder?: string) {
    this.#decoder = decoder;
  }

  async reach(path: string): Promise<void> {
    await reachFile(path);
  }

  async decode(path: string): Promise<'picture' | 'video'> {
    const cache = frameCache();
    const bytes = pictureBytes(SIZE);
    const known = backgroundKey(path, await reachFile(path), SIZE, CENTRE);
    if ((await cache?.read(known, bytes))?.length === bytes) return 'picture';
    const request = {
      name: path,
      size: SIZE,
      focus: CENTRE,
      ...(this.#decoder && { decoder: this.#decoder }),
    };
    return await decodeNamed(request, path, async ({ kind, read }, file) => {
      if (kind === 'video') return 'video';
      const packed = Buffer.allocUnsafe(bytes);
      // Another file may lie there by now than the one that was looked at.
      if (kind === 'still' && (await read(0, packed)))
        await cache?.write(backgroundKey(path, file, SIZE, CENTRE), packed);
      return 'picture';
    });
  }
}

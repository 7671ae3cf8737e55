/** Stands in for the decoder: nothing below /net/dead answers, and a file that begins with "IMAGE" is an image. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { reachFile } from '@backscrub/daemon/children/reach-file.js';
import type { NamedPictures } from '@backscrub/daemon/service/named-pictures.js';
import { BackscrubError } from '@backscrub/daemon/shared/errors.js';

/** As long as the service waits for a path. */
const PATIENCE_MS = 5000;

export const fakePictures: NamedPictures = {
  reach: async (path) => {
    if (path.startsWith('/net/dead')) {
      await delay(PATIENCE_MS);
      throw new BackscrubError('BadImage', 'Nothing answers.');
    }
    await reachFile(path);
  },
  decode: async (path) => {
    await fakePictures.reach(path);
    if (readFileSync(path, 'latin1').startsWith('IMAGE')) return 'picture';
    throw new BackscrubError('BadImage', 'Not an image.');
  },
};

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BackscrubError } from '../shared/errors.js';
import type { ModelManifest } from './manifest.js';

/** A model that this program knows and where its file is. */
export interface KnownModel {
  readonly manifest: ModelManifest;
  /** Absolute path. @throws BackscrubError UnknownModel when the file is not installed. */
  locate(): string;
}

const BYTE_TO_UNIT = { channels: 3, scale: 1 / 255, offset: 0, order: 'RGB' } as const;

/** Files of the npm package @mediapipe/selfie_segmentation, of which only the models are used, never its scripts. */
function fromMediaPipe(file: string, manifest: ModelManifest): KnownModel {
  return {
    manifest,
    locate() {
      try {
        const require = createRequire(import.meta.url);
        return join(dirname(require.resolve('@mediapipe/selfie_segmentation/package.json')), file);
      } catch (cause) {
        throw new BackscrubError(
          'UnknownModel',
          `The npm package @mediapipe/selfie_segmentation, which holds the model ${manifest.name}, is not installed. Run "npm ci".`,
          { cause },
        );
      }
    },
  };
}

/** The first one is the default (shared/names.ts). Sizes, range and meaning: the package's model card and files. */
export const BUILTIN_MODELS: readonly KnownModel[] = [
  fromMediaPipe('selfie_segmentation.tflite', {
    name: 'selfie_segmentation',
    title: 'MediaPipe selfie segmentation, 256x256',
    licence: 'Apache-2.0',
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
    input: { width: 256, height: 256, ...BYTE_TO_UNIT },
    output: { kind: 'probability', width: 256, height: 256, channels: 1, personIndex: 0 },
    crop: 'follow',
  }),
  fromMediaPipe('selfie_segmentation_landscape.tflite', {
    name: 'selfie_segmentation_landscape',
    title: 'MediaPipe selfie segmentation, landscape, 256x144: half the work',
    licence: 'Apache-2.0',
    sha256: '4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894',
    input: { width: 256, height: 144, ...BYTE_TO_UNIT },
    output: { kind: 'probability', width: 256, height: 144, channels: 1, personIndex: 0 },
    crop: 'follow',
  }),
];

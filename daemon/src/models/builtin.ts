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

const UNIT = 1 / 255;

/** The parts that most manifests have in common; `input` and `output` are width and height. */
function manifest(
  about: Pick<ModelManifest, 'name' | 'title' | 'licence' | 'sha256'>,
  input: readonly [number, number],
  output: Pick<ModelManifest['output'], 'kind' | 'channels' | 'personIndex'> & {
    readonly size?: readonly [number, number];
    readonly align?: ModelManifest['output']['align'];
  },
  scale = UNIT,
  offset = 0,
): ModelManifest {
  const { kind, channels, personIndex, size: [width, height] = input, align = 'centers' } = output;
  return {
    ...about,
    input: {
      width: input[0],
      height: input[1],
      channels: 3,
      layout: 'NHWC',
      order: 'RGB',
      scale: [scale, scale, scale],
      offset: [offset, offset, offset],
    },
    output: { kind, width, height, channels, layout: 'NHWC', personIndex, align },
    states: [],
    constants: {},
    crop: 'follow',
    greyLook: false,
  };
}

const PROBABILITY = { kind: 'probability', channels: 1, personIndex: 0 } as const;
const TWO_CLASSES = { kind: 'two-class-logits', channels: 2, personIndex: 1 } as const;

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
    ...manifest(
      {
        name: 'selfie_segmentation',
        title: 'MediaPipe selfie segmentation, 256x256',
        licence: 'Apache-2.0',
        sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
      },
      [256, 256],
      PROBABILITY,
    ),
    greyLook: true,
  }),
  fromMediaPipe(
    'selfie_segmentation_landscape.tflite',
    manifest(
      {
        name: 'selfie_segmentation_landscape',
        title: 'MediaPipe selfie segmentation, landscape, 256x144: half the work',
        licence: 'Apache-2.0',
        sha256: '4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894',
      },
      [256, 144],
      PROBABILITY,
    ),
  ),
];

/**
 * Models that are not shipped: the user brings the file, which is recognised by its contents. The MLKit selfie model of
 * other projects is missing here since it is selfie_segmentation, byte for byte.
 */
export const RECOGNISED_MODELS: readonly ModelManifest[] = [
  manifest(
    {
      name: 'segm_full_v679',
      title: 'Google Meet segmentation, full, 256x144',
      licence: 'Apache-2.0',
      sha256: '4fa38a8d2e48e6e3a6fc59a8c88f8766147544947689dec299f654bfdb2b171e',
    },
    [256, 144],
    TWO_CLASSES,
  ),
  manifest(
    {
      name: 'segm_lite_v681',
      title: 'Google Meet segmentation, lite, 160x96: the fastest',
      licence: 'Apache-2.0',
      sha256: 'b13571477760f99012fbd6365b38406e94020b8eaaf513da8e8eff6332f38b44',
    },
    [160, 96],
    TWO_CLASSES,
  ),
  manifest(
    {
      name: 'deeplabv3_257_mv_gpu',
      title: 'DeepLab v3+ (MobileNet v2), 257x257, 21 classes',
      licence: 'Apache-2.0',
      sha256: '68a539782c2c6a72f8aac3724600124a85ed977162b44e84cbae5db717c933c6',
    },
    [257, 257],
    // PASCAL VOC's class 15 is the person; the network's last step is a resize with align_corners.
    { kind: 'class-scores', channels: 21, personIndex: 15, align: 'corners' },
    1 / 127.5,
    -1,
  ),
  manifest(
    {
      name: 'body-pix-float-050-8',
      title: 'BodyPix (MobileNet 0.5, stride 8), 257x257 to 33x33',
      licence: 'Apache-2.0',
      sha256: 'd2de5fcc47ec4279c3fea0a5e38ab5cdacb3e1a27409b83557faabb81d07402e',
    },
    [257, 257],
    { kind: 'logits', channels: 1, personIndex: 0, size: [33, 33], align: 'corners' },
  ),
];

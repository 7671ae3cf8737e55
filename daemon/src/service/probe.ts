/**
 * Questions to a short-lived child: whatever decodes a file, opens a camera, or looks at a path that a caller named stays out of the
 * service. A path may lie on a file system that does not answer any more.
 */
import { askHelper } from '../children/ask-helper.js';
import { probeConfinement } from '../children/confinements.js';
import { BackscrubError, type ErrorCode, fromErrorInfo, parseErrorInfo } from '../shared/errors.js';
import { type GalleryRow, parseGalleryRows } from './backgrounds/row.js';
import { parseCameraRows } from './camera-rows.js';
import { KeptAnswer } from './kept-answer.js';
import { parseModelRows } from './model-rows.js';
import { DecodedPictures, type NamedPictures } from './named-pictures.js';
import type {
  BackgroundCheck,
  CameraProbe,
  CameraRow,
  ModelCheck,
  ModelRow,
  OutputFormat,
} from './session/ports.js';

/** A slow machine starts two processes for a picture. Callers wait for 25 s by default. */
const LIMIT_MS = 22_000;
const MAX_SIDE = 8192;
const MODELS_KEPT = { fresh: 60_000, usable: 120_000 } as const;
/**
 * What comes or goes changes /dev and is seen at once. Not all that is said of a camera shows there: what another loopback device
 * offers depends on its writer.
 */
const CAMERAS_KEPT = { fresh: 30_000, usable: 60_000 } as const;
/** What is to be said when the child gave no answer: it was killed for time or memory, or crashed. */
const SILENCE: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  background: [
    'BadImage',
    'The image could not be decoded: it needs too much memory or time, is damaged, or lies where nothing answers.',
  ],
  model: ['BadModel', 'The model could not be tried: it needs too much memory or time, or is damaged.'],
  backgrounds: [
    'Failed',
    'The built-in backgrounds could not be listed: the helper gave no answer. Try again when the machine is less busy.',
  ],
  models: [
    'Failed',
    'The folders of models could not be examined: the helper gave no answer. Try again when the machine is less busy.',
  ],
  camera: [
    'Failed',
    'The camera could not be examined: the helper gave no answer. Try again; if this happens again, unplug it and plug it in.',
  ],
  cameras: [
    'Failed',
    'The cameras could not be examined: the helper gave no answer. Try again; if this happens again, unplug them and plug them in.',
  ],
};

export class Probe implements BackgroundCheck, CameraProbe, ModelCheck {
  readonly #module: string;
  readonly #pictures: NamedPictures;
  readonly #models: KeptAnswer<readonly ModelRow[]>;
  /** By the virtual camera's node, which is left out. */
  readonly #cameras = new Map<string, KeptAnswer<readonly CameraRow[]>>();

  /** @param module path of the engine's probe */
  constructor(module: string, pictures: NamedPictures = new DecodedPictures()) {
    this.#module = module;
    this.#pictures = pictures;
    this.#models = new KeptAnswer(async () => {
      const { models, sources } = await this.#ask(['models']);
      return { value: parseModelRows(models), sources: parsePaths(sources) };
    }, MODELS_KEPT);
  }

  async check(background: string): Promise<void> {
    if (!background.startsWith('/')) await this.#ask(['background', background]);
    else if ((await this.#pictures.decode(background)) === 'video')
      await this.#ask(['background', background, '', 'video']);
  }

  reach(path: string): Promise<void> {
    return this.#pictures.reach(path);
  }

  /** The backgrounds that come with the engine. @throws BackscrubError Failed */
  async listGallery(): Promise<readonly GalleryRow[]> {
    return parseGalleryRows((await this.#ask(['backgrounds']))['backgrounds']);
  }

  listModels(): Promise<readonly ModelRow[]> {
    return this.#models.get();
  }

  async checkModel(name: string): Promise<void> {
    await this.#ask(['model', name]);
  }

  listCameras(outputPath: string): Promise<readonly CameraRow[]> {
    let answer = this.#cameras.get(outputPath);
    if (answer === undefined) {
      answer = new KeptAnswer(async () => {
        const { cameras, sources } = await this.#ask(['cameras', outputPath]);
        return { value: parseCameraRows(cameras), sources: parsePaths(sources) };
      }, CAMERAS_KEPT);
      this.#cameras.clear();
      this.#cameras.set(outputPath, answer);
    }
    return answer.get();
  }

  async cameraFormat(camera: string, outputPath: string): Promise<OutputFormat | undefined> {
    try {
      const { width, height, frameRate } = await this.#ask(['camera', camera, outputPath]);
      const sides = [width, height].every((side) => isIn(side, 2, MAX_SIDE) && Number(side) % 2 === 0);
      if (!sides || !isIn(frameRate, 1, 240)) return undefined;
      return { width: Number(width), height: Number(height), frameRate: Number(frameRate) };
    } catch {
      return undefined;
    }
  }

  /** @throws BackscrubError with the probe's error, or Failed when it gave no answer */
  async #ask(question: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const parsed = await askHelper(this.#module, question, {
      timeout: LIMIT_MS,
      confinement: probeConfinement(question),
    });
    if (parsed['ok'] === true) return parsed;
    const error = parseErrorInfo(parsed['error']);
    if (error) throw fromErrorInfo(error);
    const [code, text] = SILENCE[question[0] ?? ''] ?? ['Failed', 'The probe gave no answer.'];
    throw new BackscrubError(code, text);
  }
}

/** Paths of the files behind an answer. */
function parsePaths(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((path) => typeof path === 'string' && path.startsWith('/')) : [];
}

function isIn(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

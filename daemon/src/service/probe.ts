/** Questions to a short-lived child: whatever decodes a file or opens a camera stays out of the service. */
import { BackscrubError, type ErrorCode, fromErrorInfo, parseErrorInfo } from '../shared/errors.js';
import { askHelper } from '../shared/helper-process.js';
import { NotRegular, openRegular } from '../shared/regular-file.js';
import { type GalleryRow, parseGalleryRows } from './backgrounds/row.js';
import { parseCameraRows } from './camera-rows.js';
import { KeptAnswer } from './kept-answer.js';
import { parseModelRows } from './model-rows.js';
import type {
  BackgroundCheck,
  CameraProbe,
  CameraRow,
  ModelCheck,
  ModelRow,
  OutputFormat,
} from './session/ports.js';

const LIMIT_MS = 15_000;
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
    'The image could not be decoded: it needs too much memory or time, or is damaged.',
  ],
  model: ['BadModel', 'The model could not be tried: it needs too much memory or time, or is damaged.'],
  backgrounds: ['Failed', 'The built-in backgrounds could not be listed.'],
  models: ['Failed', 'The folders of models could not be examined.'],
  camera: ['Failed', 'The camera could not be examined.'],
  cameras: ['Failed', 'The cameras could not be examined.'],
};

export class Probe implements BackgroundCheck, CameraProbe, ModelCheck {
  readonly #module: string;
  readonly #models: KeptAnswer<readonly ModelRow[]>;
  /** By the virtual camera's node, which is left out. */
  readonly #cameras = new Map<string, KeptAnswer<readonly CameraRow[]>>();

  /** @param module path of the engine's probe */
  constructor(module: string) {
    this.#module = module;
    this.#models = new KeptAnswer(async () => {
      const { models, sources } = await this.#ask(['models']);
      return { value: parseModelRows(models), sources: parsePaths(sources) };
    }, MODELS_KEPT);
  }

  async check(background: string): Promise<void> {
    if (background.startsWith('/')) await checkReadable(background);
    await this.#ask(['background', background]);
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
    const parsed = await askHelper(this.#module, question, LIMIT_MS);
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

/** @throws BackscrubError UnknownBackground or BadImage; a pipe or device would keep the child waiting */
async function checkReadable(path: string): Promise<void> {
  try {
    await (await openRegular(path)).close();
  } catch (error) {
    if (error instanceof NotRegular) {
      throw new BackscrubError('BadImage', `${path} ${error.message}; give an image file.`);
    }
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    const text = denied ? `The service's own user may not read ${path}.` : `There is no file ${path}.`;
    throw new BackscrubError('UnknownBackground', `${text} ${advice(path, denied)}`);
  }
}

/** The service's sandbox hides some places (systemd/backscrub.service). */
function advice(path: string, denied: boolean): string {
  if (/^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path)) {
    return 'It sees no home directories and has a /tmp of its own; put the image elsewhere, for example into /usr/local/share.';
  }
  return denied ? 'Make the file and its folders readable for everyone.' : 'Check the path.';
}

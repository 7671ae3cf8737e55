/** Questions to a short-lived child: whatever decodes a file or opens a camera stays out of the service. */
import { execFile } from 'node:child_process';
import { BackscrubError, type ErrorCode, fromErrorInfo } from '../shared/errors.js';
import { NotRegular, openRegular } from '../shared/regular-file.js';
import { type GalleryRow, parseGalleryRows } from './backgrounds/row.js';
import { parseCameraRows } from './camera-rows.js';
import { parseErrorInfo } from './engine-messages.js';
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
/** Bytes; a list of a thousand models fits. */
const MAX_ANSWER = 1 << 20;
const MAX_SIDE = 8192;
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
  /** The list that is being made: whoever asks meanwhile gets the same one. */
  #list: Promise<readonly ModelRow[]> | undefined;
  #cameras: Promise<readonly CameraRow[]> | undefined;

  /** @param module path of the engine's probe */
  constructor(module: string) {
    this.#module = module;
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
    this.#list ??= this.#ask(['models'])
      .then(({ models }) => parseModelRows(models))
      .finally(() => {
        this.#list = undefined;
      });
    return this.#list;
  }

  async checkModel(name: string): Promise<void> {
    await this.#ask(['model', name]);
  }

  listCameras(outputPath: string): Promise<readonly CameraRow[]> {
    this.#cameras ??= this.#ask(['cameras', outputPath])
      .then(({ cameras }) => parseCameraRows(cameras))
      .finally(() => {
        this.#cameras = undefined;
      });
    return this.#cameras;
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
    const answer = await new Promise<string>((resolve) => {
      const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER } as const;
      execFile(process.execPath, [this.#module, ...question], limits, (_error, stdout) => resolve(stdout));
    });
    const parsed = parse(answer);
    if (parsed['ok'] === true) return parsed;
    const error = parseErrorInfo(parsed['error']);
    if (error) throw fromErrorInfo(error);
    const [code, text] = SILENCE[question[0] ?? ''] ?? ['Failed', 'The probe gave no answer.'];
    throw new BackscrubError(code, text);
  }
}

function isIn(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function parse(answer: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
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

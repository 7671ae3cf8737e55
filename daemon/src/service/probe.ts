/** Questions to a short-lived child: whatever decodes a file or opens a camera stays out of the service. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { BackscrubError, fromErrorInfo } from '../shared/errors.js';
import { parseErrorInfo } from './engine-messages.js';
import type { BackgroundCheck, OutputFormat } from './session/ports.js';

const LIMIT_MS = 15_000;
const FALLBACK_FORMAT: OutputFormat = { width: 1280, height: 720, frameRate: 30 };
const MAX_SIDE = 8192;

export class Probe implements BackgroundCheck {
  readonly #module: string;

  /** @param module path of the engine's probe */
  constructor(module: string) {
    this.#module = module;
  }

  async check(background: string): Promise<void> {
    if (background.startsWith('/')) await checkReadable(background);
    await this.#ask(['background', background]);
  }

  /** The format that the camera delivers, or a common one when there is no camera. */
  async outputFormat(camera: string, outputPath: string): Promise<OutputFormat> {
    try {
      const { width, height, frameRate } = await this.#ask(['camera', camera, outputPath]);
      const sides = [width, height].every((side) => isIn(side, 2, MAX_SIDE) && Number(side) % 2 === 0);
      if (!sides || !isIn(frameRate, 1, 240)) return FALLBACK_FORMAT;
      return { width: Number(width), height: Number(height), frameRate: Number(frameRate) };
    } catch {
      return FALLBACK_FORMAT;
    }
  }

  /** @throws BackscrubError with the probe's error, or Failed when it gave no answer */
  async #ask(question: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    const answer = await new Promise<string>((resolve) => {
      const limits = { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const;
      execFile(process.execPath, [this.#module, ...question], limits, (_error, stdout) => resolve(stdout));
    });
    const parsed = parse(answer);
    if (parsed['ok'] === true) return parsed;
    const error = parseErrorInfo(parsed['error']);
    if (error) throw fromErrorInfo(error);
    if (question[0] === 'background') {
      throw new BackscrubError(
        'BadImage',
        'The image could not be decoded: it needs too much memory or time, or is damaged.',
      );
    }
    throw new BackscrubError('Failed', 'The camera could not be examined.');
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
    const found = await stat(path);
    if (!found.isFile()) throw new BackscrubError('BadImage', `${path} is not a file; give an image file.`);
    await (await open(path, constants.O_RDONLY | constants.O_NONBLOCK)).close();
  } catch (error) {
    if (error instanceof BackscrubError) throw error;
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

/** The process that decodes for the store, with limits on memory, time and what it writes. */
import type { Readable } from 'node:stream';
import { type Confinement, spawnModule } from '../../children/confined.js';
import { listed, sourcesOf } from '../../children/confinements.js';
import { BackscrubError, fromErrorInfo, parseErrorInfo } from '../../shared/errors.js';
import { type ImportAnswer, parseImportAnswer } from '../../shared/import-work.js';
import { after } from '../../shared/patient-timer.js';

/** Decodes files that nobody has looked at. */
export interface MediaDecoder {
  /**
   * Reads `input` in the folder, writes `picture` and `thumbnail` (shared/import-work.ts).
   * @throws BackscrubError BadImage, Failed
   */
  importFile(folder: string, focus: readonly [number, number]): Promise<ImportAnswer>;
  /** Writes `thumbnail`. @throws BackscrubError UnknownBackground, BadImage, Failed */
  makeThumbnail(folder: string, background: string, width: number): Promise<void>;
}

export interface ChildLimits {
  /** Milliseconds of wall time; D-Bus callers usually wait for 25 s. */
  readonly time: number;
  /** Bytes of data that a process may allocate; a picture of the largest size that is taken fits. */
  readonly memory: number;
  /** Bytes of one file that it writes. */
  readonly file: number;
}

const LIMITS: ChildLimits = { time: 20_000, memory: 1 << 30, file: 128 << 20 };
const MAX_ANSWER = 65_536;

export class MediaChild implements MediaDecoder {
  readonly #module: string;
  readonly #limits: ChildLimits;

  /** @param module path of the engine's import-main */
  constructor(module: string, limits = LIMITS) {
    this.#module = module;
    this.#limits = limits;
  }

  async importFile(folder: string, [x, y]: readonly [number, number]): Promise<ImportAnswer> {
    const answer = parseImportAnswer(
      await this.#ask({ write: [folder] }, 'import', folder, String(x), String(y)),
    );
    if (answer) return answer;
    throw new BackscrubError('Failed', 'The import process gave an answer that makes no sense.');
  }

  async makeThumbnail(folder: string, background: string, width: number): Promise<void> {
    const confinement = { write: [folder], read: sourcesOf(background), list: listed(background) };
    await this.#ask(confinement, 'thumbnail', folder, background, String(width));
  }

  async #ask(
    confinement: Confinement,
    ...task: readonly string[]
  ): Promise<Readonly<Record<string, unknown>>> {
    const { answer, ending } = await this.#run(task, confinement);
    const parsed = parse(answer);
    if (parsed?.['ok'] === true) return parsed;
    const error = parseErrorInfo(parsed?.['error']);
    if (error) throw fromErrorInfo(error);
    throw new BackscrubError('BadImage', `The file could not be decoded: ${ending}. Save a smaller copy.`);
  }

  async #run(task: readonly string[], confinement: Confinement): Promise<{ answer: string; ending: string }> {
    const { time, memory, file } = this.#limits;
    const seconds = Math.ceil(time / 1000);
    const limits = { data: memory, fileSize: file, cpuSeconds: seconds };
    const child = spawnModule(
      this.#module,
      task,
      { ...confinement, ...limits },
      {
        flags: ['--max-old-space-size=256'],
        stdio: ['ignore', 'pipe', 'ignore'],
        // A group of its own, so that what it starts (ffmpeg) ends with it.
        detached: true,
        env: environment(),
      },
    );
    let answer = '';
    (child.stdout as Readable).on('data', (part: Buffer) => {
      if (answer.length < MAX_ANSWER) answer += part.toString('utf8');
    });
    const endGroup = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // All of it is gone.
      }
    };
    let late = false;
    const cancelTimer = after(time, () => {
      late = true;
      endGroup();
    });
    const how = await new Promise<string>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      // What it started may hold the pipe open; its own end is what counts.
      child.on('exit', () => endGroup());
      child.on('close', (code, signal) => resolve(signal ?? `status ${code}`));
    });
    cancelTimer();
    const timeOut = late || how === 'SIGXCPU';
    const reason = timeOut ? `it takes more than ${seconds} s` : `it needs too much memory or is damaged`;
    return { answer, ending: reason };
  }
}

/** What the child needs of ours, and no more. */
function environment(): NodeJS.ProcessEnv {
  const { PATH = '', STATE_DIRECTORY } = process.env;
  // One malloc arena: each further one would reserve 64 MiB.
  const own = { PATH, MALLOC_ARENA_MAX: '2' };
  return STATE_DIRECTORY === undefined ? own : { ...own, STATE_DIRECTORY };
}

function parse(answer: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

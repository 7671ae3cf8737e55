/**
 * The virtual camera's last format, in the service's state directory: the next life begins with it, since what the camera delivers is
 * not known before it was asked, and a camera may take its time.
 */
import { join } from 'node:path';
import type { Log } from '../../shared/log.js';
import { readOwnFileSync, replaceOwnFile } from '../../shared/own-file.js';
import type { OutputFormat } from '../session/ports.js';

const NAME = 'format.json';
/** What is longer is no format. */
const MAX_BYTES = 1024;

export class LastFormat {
  readonly #path: string;
  readonly #log: Log;
  #known: string;
  #writing: Promise<void> = Promise.resolve();

  /** @param folder the state directory */
  constructor(folder: string, log: Log) {
    this.#path = join(folder, NAME);
    this.#log = log;
    this.#known = textOf(this.read());
  }

  /** Below the state directory that systemd names; undefined when there is none, as in a checkout. */
  static ofService(env: NodeJS.ProcessEnv, log: Log): LastFormat | undefined {
    const [folder] = env['STATE_DIRECTORY']?.split(':') ?? [];
    return folder ? new LastFormat(folder, log) : undefined;
  }

  /** @returns undefined when nothing is remembered, or nothing that can be used */
  read(): OutputFormat | undefined {
    try {
      return parseFormat(JSON.parse(readOwnFileSync(this.#path, MAX_BYTES).toString('utf8')));
    } catch {
      return undefined;
    }
  }

  /** May be called as often as anything changes. */
  update(format: OutputFormat): void {
    const text = textOf(format);
    if (text === this.#known) return;
    this.#known = text;
    this.#writing = this.#writing.then(() => this.#write(text));
  }

  /** Resolves when nothing is left to be written. */
  close(): Promise<void> {
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    try {
      await replaceOwnFile(this.#path, text, false);
    } catch (error) {
      // The camera is asked the next time, too.
      this.#log('debug', `${this.#path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function textOf(format: OutputFormat | undefined): string {
  return format ? `${JSON.stringify({ ...format })}\n` : '';
}

function parseFormat(value: unknown): OutputFormat | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { width, height, frameRate } = value as Readonly<Record<string, unknown>>;
  const isSide = (side: unknown): side is number => isIn(side, 32, 8192) && side % 2 === 0;
  if (!isSide(width) || !isSide(height) || !isIn(frameRate, 1, 240)) return undefined;
  return { width, height, frameRate };
}

function isIn(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

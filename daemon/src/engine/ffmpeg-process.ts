import type { ChildProcessByStdio } from 'node:child_process';
import { isAbsolute } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { type Confinement, spawnConfined } from '../children/confined.js';
import { BackscrubError } from '../shared/errors.js';
import { decoderConfinement } from './backgrounds/confine.js';

const MAX_MESSAGE_BYTES = 4096;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** A file name that ffmpeg takes as a file, whatever characters it has (`-x.mp4`, `http:x`, `concat:x`). */
export function fileUrl(path: string): string {
  return `file:${isAbsolute(path) ? path : `./${path}`}`;
}

/** The error for a program that could not be started. */
export function startError(program: string, error: NodeJS.ErrnoException): BackscrubError {
  if (error.code === 'ENOENT') {
    return new BackscrubError(
      'Failed',
      `${program} is not installed, and this kind of file needs it: install the package "ffmpeg" ` +
        '(apt install ffmpeg, dnf install ffmpeg-free, pacman -S ffmpeg), or use a .y4m file.',
    );
  }
  return new BackscrubError('Failed', `${program} cannot be started (${error.code ?? error.message}).`);
}

/** The last line of what ffmpeg complained about, without the name and address of its part ("[mov @ 0x55]"). */
export function lastLine(text: string): string {
  const lines = text
    .replace(/[^\x20-\x7e\n]/g, '?')
    .split('\n')
    .map((line) => line.replace(/\[[^\]]* @ 0x[0-9a-f]+\]/g, '').trim())
    .filter((line) => line !== '' && line !== 'Conversion failed!');
  return lines.at(-1) ?? 'no reason given';
}

/** A running ffmpeg that reads or writes raw frames; keeps the end of what it complains about. */
export class FfmpegProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Resolves when the process has ended and its pipes are closed; never rejects. */
  readonly ended: Promise<void>;
  #complaint = '';
  #startError: BackscrubError | undefined;
  #status: number | undefined;
  #signal: NodeJS.Signals | null = null;

  /** @param confinement the files of the command line */
  constructor(args: readonly string[], confinement: Confinement, program = 'ffmpeg') {
    const common = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error'];
    const child = spawnConfined(program, [...common, ...args], confinement, {
      stdio: ['pipe', 'pipe', 'pipe'],
    }) as ChildProcessByStdio<Writable, Readable, Readable>;
    this.child = child;
    child.stderr.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString('latin1')).slice(-MAX_MESSAGE_BYTES);
    });
    // A pipe that breaks is told by the status of the process, with ffmpeg's own words.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
    this.ended = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        this.#startError = startError(program, error);
        resolve();
      });
      child.once('close', (status, signal) => {
        this.#status = status ?? 1;
        this.#signal = signal;
        resolve();
      });
    });
  }

  /** What went wrong, once `ended`; undefined when all is well. `doing` as in "read X". */
  failure(doing: string): BackscrubError | undefined {
    if (this.#startError) return this.#startError;
    if (this.#status === 0) return undefined;
    if (this.#signal) {
      return new BackscrubError('Failed', `ffmpeg was ended by ${this.#signal} before it could ${doing}.`);
    }
    return new BackscrubError('BadImage', `ffmpeg could not ${doing}: ${this.complaint}.`);
  }

  get complaint(): string {
    return lastLine(this.#complaint);
  }

  /** Ends it without ceremony and waits until it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    this.child.stdout.destroy();
    await this.ended;
  }
}

/** Where a child finds the file that AskOptions.fd gives it; opened anew, so that it can be searched. */
export const INHERITED_URL = 'file:/proc/self/fd/3';
/** The same for one that it writes. */
export const OUTPUT_URL = 'file:/proc/self/fd/4';

export interface AskOptions {
  /** An open file for the child, see INHERITED_URL. */
  readonly fd?: number;
  /** Files that it opens by their paths. */
  readonly read?: readonly string[];
  /** After so long the child is killed. */
  readonly timeoutMs?: number;
}

/**
 * Runs ffprobe or ffmpeg for what it prints.
 * @throws BackscrubError Failed when it is not installed; `complain` makes the error for another status than 0
 */
export async function ask(
  program: 'ffprobe' | 'ffmpeg',
  args: readonly string[],
  complain: (lastLine: string) => BackscrubError,
  { fd, read = [], timeoutMs }: AskOptions = {},
): Promise<string> {
  const stdio = ['ignore', 'pipe', 'pipe', ...(fd === undefined ? [] : [fd])] as const;
  const limit = timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' as const };
  const confinement = { ...decoderConfinement(), read, readFds: fd === undefined ? [] : [3] };
  const child = spawnConfined(program, args, confinement, { stdio: [...stdio], ...limit });
  if (!child.stdout || !child.stderr) throw new BackscrubError('Failed', `${program} cannot be asked.`);
  let answer = '';
  let complaint = '';
  child.stdout.on('data', (text: Buffer) => {
    answer += text.toString('utf8');
    // More than any real answer: somebody plays with us.
    if (answer.length > MAX_ANSWER_BYTES) child.kill('SIGKILL');
  });
  child.stderr.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString('latin1')).slice(-MAX_MESSAGE_BYTES);
  });
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(startError(program, error)));
    child.once('close', (code, signal) => {
      if (signal !== null && timeoutMs !== undefined) complaint = 'it took too long';
      resolve(code ?? 1);
    });
  });
  if (status !== 0) throw complain(lastLine(complaint));
  return answer;
}

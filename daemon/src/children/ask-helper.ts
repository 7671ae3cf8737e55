/** Short-lived processes that decode, draw or try what others gave: one question each, answered by a line of JSON. */
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { after } from '../shared/patient-timer.js';
import { type Confinement, spawnModule } from './confined.js';
import { type FileStamp, parseFound } from './named-file.js';

/** Bytes; a list of a thousand models fits. */
const MAX_ANSWER = 1 << 20;
/** A process that waits in the kernel is not gone with its end, nor is a pipe that a process of its own still holds. */
const UNREACHABLE_MS = 500;
/** The largest that mallopt(3) takes. */
const KEEP = String(32 << 20);

/**
 * Its memory goes back to the system with its end; before that it is used again and again instead of being mapped again for each
 * buffer, which the service's own settings would cause.
 */
const MEMORY = { MALLOC_MMAP_THRESHOLD_: KEEP, MALLOC_TRIM_THRESHOLD_: KEEP, MALLOC_ARENA_MAX: '1' };

export interface HelperOptions {
  /** Milliseconds; it is killed after so many. */
  readonly timeout: number;
  readonly confinement: Confinement;
  /** Open files that it inherits, as its numbers 3 and up; `ignore` leaves a number free. */
  readonly files?: readonly (number | 'ignore')[];
}

/**
 * @param module path of the helper's main file
 * @param words the question
 * @returns the answer, or nothing when there was none: it was killed, has crashed, or said something else
 */
export async function askHelper(
  module: string,
  words: readonly string[],
  options: HelperOptions,
): Promise<Readonly<Record<string, unknown>>> {
  return parseAnswer(await hearModule(module, words, options));
}

export interface AnswerAboutFile {
  readonly file: FileStamp;
  /** As of askHelper. */
  readonly answer: Readonly<Record<string, unknown>>;
}

/**
 * As askHelper, about a file that somebody named by its path: the helper has it open as number 3.
 * @throws BackscrubError as parseFound
 */
export async function askAboutFile(
  module: string,
  words: readonly string[],
  path: string,
  { files = [], ...options }: HelperOptions,
): Promise<AnswerAboutFile> {
  const confinement = { ...options.confinement, input: path };
  const heard = await hearModule(module, words, { ...options, confinement, files: ['ignore', ...files] });
  // The first line is of backscrub-confine, which ends before the helper begins.
  const [found, ...rest] = heard.split('\n');
  return { file: parseFound(path, found), answer: parseAnswer(rest.join('\n')) };
}

/**
 * All that a process says before it has ended, or has to.
 * @param child its standard output is a pipe
 */
export async function hearHelper(child: ChildProcess, timeout: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  const output = child.stdout as Readable;
  output.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > MAX_ANSWER) child.kill('SIGKILL');
  });
  await new Promise<void>((resolve) => {
    let cancelTimer = after(timeout, () => {
      child.kill('SIGKILL');
      // A process of its own may still hold the pipe open.
      output.destroy();
      cancelTimer = after(UNREACHABLE_MS, resolve);
    });
    const end = (): void => {
      cancelTimer();
      resolve();
    };
    child.once('error', end);
    child.once('close', end);
  });
  return Buffer.concat(parts).toString('utf8');
}

function hearModule(
  module: string,
  words: readonly string[],
  { timeout, confinement, files = [] }: HelperOptions,
): Promise<string> {
  const child = spawnModule(module, words, confinement, {
    stdio: ['ignore', 'pipe', 'ignore', ...files],
    env: { ...process.env, ...MEMORY },
  });
  yieldTo(child.pid);
  return hearHelper(child, timeout);
}

function parseAnswer(heard: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(heard);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A call that runs meanwhile must not stutter. */
function yieldTo(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already.
  }
}

/** Short-lived processes that decode, draw or try what others gave: one question each, answered by a line of JSON. */
import { execFile } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/** Bytes; a list of a thousand models fits. */
const MAX_ANSWER = 1 << 20;
/** The largest that mallopt(3) takes. */
const KEEP = String(32 << 20);

/**
 * Its memory goes back to the system with its end; before that it is used again and again instead of being mapped anew for each
 * buffer, as the service's own settings would have it.
 */
const MEMORY = { MALLOC_MMAP_THRESHOLD_: KEEP, MALLOC_TRIM_THRESHOLD_: KEEP, MALLOC_ARENA_MAX: '1' };

/**
 * @param module path of the helper's main file
 * @param words the question
 * @param milliseconds it is killed after so many
 * @returns the answer, or nothing when there was none: it was killed, has crashed, or said something else
 */
export async function askHelper(
  module: string,
  words: readonly string[],
  milliseconds: number,
): Promise<Readonly<Record<string, unknown>>> {
  const limits = { timeout: milliseconds, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER } as const;
  const text = await new Promise<string>((resolve) => {
    const options = {
      ...limits,
      env: { ...process.env, ...MEMORY },
      encoding: 'utf8',
    } as const;
    const child = execFile(process.execPath, [module, ...words], options, (_error, stdout) =>
      resolve(stdout),
    );
    yieldTo(child.pid);
  });
  try {
    const value: unknown = JSON.parse(text);
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

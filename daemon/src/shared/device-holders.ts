/** Which programs have a device open, as far as /proc lets this process look (proc_pid_fd(5)): as root all, else its own user's. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export interface Holder {
  readonly pid: number;
  /** The command's name, at most 15 characters. */
  readonly name: string;
}

/** This process and its parent (engine and service) do not count. @param proc where procfs is mounted */
export function holdersOf(path: string, proc = '/proc'): readonly Holder[] {
  const device = attempt(() => realpathSync(path), path);
  const ours = new Set([process.pid, process.ppid]);
  return attempt(() => readdirSync(proc), [])
    .filter((name) => /^\d+$/.test(name) && !ours.has(Number(name)))
    .filter((pid) => {
      const folder = join(proc, pid, 'fd');
      const descriptors = attempt(() => readdirSync(folder), []);
      return descriptors.some((fd) => attempt(() => readlinkSync(join(folder, fd)), '') === device);
    })
    .map((pid) => ({
      pid: Number(pid),
      name: attempt(() => readFileSync(join(proc, pid, 'comm'), 'utf8').trim(), '') || 'a program',
    }));
}

/** `firefox (process 4711) and cheese (process 12)`, or "" when nobody can be seen. */
export function listHolders(path: string, proc = '/proc'): string {
  return holdersOf(path, proc)
    .map(({ pid, name }) => `${name} (process ${pid})`)
    .join(' and ');
}

/** Processes end and descriptors close while they are looked at, and most of them may not be looked at. */
function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The machine as the doctor sees it; tests give one of their own. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { landlockVersion, listVideoDevices, moduleVersion, type VideoDevice } from '@backscrub/native';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface System {
  /** Running kernel's release, as `uname -r` has it. */
  readonly kernel: string;
  readonly uid: number;
  /** A file's bytes, undefined when it cannot be read. */
  read(path: string): Buffer | undefined;
  /** Names in a folder, none when it cannot be read. */
  list(path: string): readonly string[];
  /** Where a link leads, undefined when that cannot be seen. */
  link(path: string): string | undefined;
  videoDevices(): readonly VideoDevice[];
  /** Version of the loaded v4l2loopback, undefined when it is not loaded. */
  loopbackVersion(): string | undefined;
  /** Of the kernel's Landlock, 0 without. */
  landlockVersion(): number;
  /** Undefined when there is no such command; status 124 when it took too long. */
  run(command: string, ...args: readonly string[]): Promise<CommandResult | undefined>;
}

const LIMIT_MS = 10_000;
const MAX_OUTPUT = 32 << 20;
const TIMED_OUT = 124;

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

export function thisSystem(): System {
  return {
    kernel: attempt(() => readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim()) ?? '',
    uid: process.getuid?.() ?? 0,
    read: (path) => attempt(() => readFileSync(path)),
    list: (path) => attempt(() => readdirSync(path)) ?? [],
    link: (path) => attempt(() => readlinkSync(path)),
    videoDevices: listVideoDevices,
    loopbackVersion: moduleVersion,
    landlockVersion,
    run: (command, ...args) =>
      new Promise((resolve) => {
        // Administrators' commands are not in everybody's PATH.
        const env = {
          ...process.env,
          PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
          LC_ALL: 'C.UTF-8',
        };
        const options = { env, timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT, encoding: 'utf8' } as const;
        execFile(command, args, options, (error, stdout, stderr) => {
          if (error?.code === 'ENOENT') resolve(undefined);
          else if (error?.killed) resolve({ status: TIMED_OUT, stdout, stderr });
          else
            resolve({ status: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr });
        });
      }),
  };
}

/**
 * A delay lock of logind, held by systemd-inhibit(1): the lock itself is a descriptor that comes over the bus, which dbus-next
 * cannot take. The child waits for the end of its standard input, so that the lock ends with the service, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Log } from '../../shared/log.js';
import type { SleepLock } from './sleep.js';

const COMMAND = [
  // The service's own priority is raised for the picture's sake; a lock can wait for a frame.
  'nice',
  '-n',
  '19',
  'systemd-inhibit',
  '--what=sleep',
  '--mode=delay',
  '--who=Backscrub',
  '--why=The camera is closed before the system sleeps',
  'cat',
] as const;

export class InhibitorProcess implements SleepLock {
  readonly #log: Log;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;
  #warned = false;

  /** @param command ends when its standard input ends */
  constructor(log: Log, command: readonly string[] = COMMAND) {
    this.#log = log;
    this.#command = command;
  }

  hold(): void {
    if (this.#child) return;
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#child = child;
    // Writing to a child that has ended is no fault of ours; that it has ended is told by `exit`.
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#ended(child, error.message));
    child.on('exit', (code, signal) => this.#ended(child, signal ?? `exit status ${code}`));
  }

  release(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.stdin?.end();
  }

  /** Without a lock the camera is still closed, only that the system does not wait for it. */
  #ended(child: ChildProcess, reason: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    if (!this.#warned)
      this.#log(
        'notice',
        `no delay lock from logind (${reason}): the system may sleep before the camera is closed`,
      );
    this.#warned = true;
  }
}

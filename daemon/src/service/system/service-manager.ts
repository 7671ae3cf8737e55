/**
 * The service manager (systemd) as the service sees it: what it was told at its start, what it is told, and descriptors that it
 * keeps while the service is away (sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3)).
 */
import { closeSync } from 'node:fs';
import type { Log } from '../../shared/log.js';

/** Keeps descriptors over the end of the process, by name. */
export interface DescriptorStore {
  /** The descriptor that an earlier life left under this name; each is handed out once, and is the caller's then. */
  take(name: string): number | undefined;
  /** Has a copy of the descriptor kept, instead of any other of this name. */
  keep(name: string, fd: number): void;
  /** Has the copies under this name closed; they are when this returns. */
  forget(name: string): void;
}

/** How the service manager is reached, see native/lib/process.ts; both give an errno, 0 when it went well. */
export interface ManagerSocket {
  /** Sends a state, with or without a descriptor. */
  notify(address: string, state: string, fd?: number): number;
  /** Waits until everything sent before has been worked on. */
  settle(address: string, milliseconds: number): number;
}

/** Passed descriptors begin after standard error. */
const FIRST_FD = 3;
/** Nothing else goes on meanwhile. */
const SETTLE_MS = 500;
/** More than the unit's FileDescriptorStoreMax= would be a mistake. */
const MOST_FDS = 64;
const VARIABLES = [
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
] as const;

export class ServiceManager implements DescriptorStore {
  readonly #address: string | undefined;
  readonly #socket: ManagerSocket;
  readonly #log: Log;
  readonly #passed: { readonly name: string; readonly fd: number }[];
  #lastStatus = '';
  /** Milliseconds after which a service that gives no sign of life is killed; undefined when nobody watches. */
  readonly watchdogMs: number | undefined;

  /**
   * Takes what is meant for this process out of the environment: children must not take it for theirs.
   *
   * @param pid of this process; what is addressed to another one is not ours
   */
  constructor(env: NodeJS.ProcessEnv, pid: number, socket: ManagerSocket, log: Log) {
    this.#socket = socket;
    this.#log = log;
    this.#address = env['NOTIFY_SOCKET'] || undefined;
    this.#passed = env['LISTEN_PID'] === String(pid) ? passedDescriptors(env) : [];
    const forUs = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid);
    const microseconds = Number(env['WATCHDOG_USEC']);
    this.watchdogMs = forUs && microseconds > 0 ? microseconds / 1000 : undefined;
    for (const name of VARIABLES) delete env[name];
  }

  ready(): void {
    this.#send('READY=1');
  }

  /** One line for `systemctl status`. */
  status(text: string): void {
    const line = text.replaceAll('\n', ' ');
    if (line === this.#lastStatus) return;
    this.#lastStatus = line;
    this.#send(`STATUS=${line}`);
  }

  pulse(): void {
    this.#send('WATCHDOG=1');
  }

  stopping(): void {
    this.#send('STOPPING=1');
  }

  take(name: string): number | undefined {
    const index = this.#passed.findLastIndex((entry) => entry.name === name);
    return index < 0 ? undefined : this.#passed.splice(index, 1)[0]?.fd;
  }

  keep(name: string, fd: number): void {
    // A second one of the same name would be kept beside the first.
    this.forget(name);
    this.#send(`FDSTORE=1\nFDNAME=${name}`, fd);
  }

  forget(name: string): void {
    this.#send(`FDSTOREREMOVE=1\nFDNAME=${name}`);
    if (this.#address === undefined) return;
    // As long as a copy is open, a device is in use and cannot be set up anew.
    const error = this.#socket.settle(this.#address, SETTLE_MS);
    if (error !== 0) this.#log('warning', `systemd has not dropped "${name}" in time: errno ${error}`);
  }

  /** Closes and has forgotten whatever nobody took: what another version of the service left. */
  dropRest(): void {
    for (const { name, fd } of this.#passed.splice(0)) {
      this.#log('warning', `systemd passed a descriptor "${name}" that nobody knows; it is dropped`);
      closeSync(fd);
      this.forget(name);
    }
  }

  #send(state: string, fd?: number): void {
    if (this.#address === undefined) return;
    const error = this.#socket.notify(this.#address, state, fd);
    if (error !== 0) this.#log('warning', `systemd was not told "${state.split('\n')[0]}": errno ${error}`);
  }
}

function passedDescriptors(env: NodeJS.ProcessEnv): { name: string; fd: number }[] {
  const count = Number(env['LISTEN_FDS']);
  if (!Number.isInteger(count) || count < 1 || count > MOST_FDS) return [];
  const names = (env['LISTEN_FDNAMES'] ?? '').split(':');
  return Array.from({ length: count }, (_, index) => ({
    name: names[index] || 'unknown',
    fd: FIRST_FD + index,
  }));
}

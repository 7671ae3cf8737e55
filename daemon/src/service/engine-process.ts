/** The engine as a child process; the state machine supervises it (session/machine.ts). */
import { type ChildProcess, fork } from 'node:child_process';
import type { Log } from '../shared/log.js';
import type { EngineSetup, Look, ToEngine } from '../shared/protocol.js';
import { parseEngineMessage } from './engine-messages.js';
import type { EngineListener, EnginePort } from './session/ports.js';

/**
 * A call's first picture waits for the engine: without V8's helper threads it starts a third faster where processors are few, and its
 * heap is too small to need them later.
 */
const ENGINE_OPTIONS = ['--single-threaded'];

/**
 * The service's environment, but for how memory is managed (systemd/backscrub.service). glibc raises its limit for what goes back to
 * the system at once to the size of whatever was freed, and keeps the rest (mallopt(3)). Pictures come and go with each
 * background: with a fixed limit their memory does, too.
 */
function engineEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_ARENA_MAX: '2' };
}

export class EngineProcess implements EnginePort {
  readonly #module: string;
  readonly #log: Log;
  #listener: EngineListener | undefined;
  #child: ChildProcess | undefined;

  /** @param module path of the engine's main file */
  constructor(module: string, log: Log) {
    this.#module = module;
    this.#log = log;
  }

  begin(listener: EngineListener): void {
    this.#listener = listener;
  }

  start(setup: EngineSetup, look: Look, outputFd: number): void {
    if (this.#child) throw new Error('an engine is running already');
    let child: ChildProcess;
    try {
      // The descriptor becomes number 4 of the child, ENGINE_OUTPUT_FD.
      child = fork(this.#module, [], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', outputFd],
        execArgv: ENGINE_OPTIONS,
        env: engineEnvironment(),
      });
    } catch (error) {
      setImmediate(() => this.#listener?.exited(`not started: ${String(error)}`));
      return;
    }
    this.#child = child;
    child.on('message', (message) => {
      // What is still in the pipe when the process is reaped counts no more.
      if (child !== this.#child) return;
      const parsed = parseEngineMessage(message);
      if (parsed) this.#listener?.message(parsed);
      else this.#log('warning', 'the engine sent a message that is not of the protocol');
    });
    // A process that was made is told by `exit`; only without one is an error its end.
    child.on('error', (error) => {
      if (child.pid === undefined) this.#exited(child, `not started: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      this.#exited(child, signal ? `killed by ${signal}` : `exit status ${code}`);
    });
    this.send({ type: 'setup', setup, look });
  }

  send(message: ToEngine): void {
    // An engine that is gone is reported by its exit, not by a message that did not reach it.
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #exited(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#listener?.exited(how);
  }
}

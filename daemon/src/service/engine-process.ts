/** The engine as a child process; the state machine supervises it (session/machine.ts). */
import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { spawnModule } from '../children/confined.js';
import { engineConfinement } from '../children/confinements.js';
import type { Log } from '../shared/log.js';
import type { EngineSetup, Look, ToEngine } from '../shared/protocol.js';
import { MAX_MESSAGE, parseEngineLine } from './engine-messages.js';
import { LineReader } from './line-reader.js';
import type { EngineListener, EnginePort } from './session/ports.js';

/**
 * A call's first picture waits for the engine: without V8's helper threads it starts a third faster where processors are few, and its
 * heap is too small to need them later. With megabytes for what is new V8 does not tidy up before that picture.
 */
const ENGINE_OPTIONS = ['--single-threaded', '--min-semi-space-size=4'];

/**
 * As fork of node:child_process would tell the child of its channel. What goes over it is a line of JSON for each message, which is
 * documented; the service's end of it is not Node's, which reads a line for as long as it does not end.
 */
const CHANNEL_FD = 3;
const CHANNEL = { NODE_CHANNEL_FD: String(CHANNEL_FD), NODE_CHANNEL_SERIALIZATION_MODE: 'json' };

/**
 * The service's environment, but for how memory is managed (systemd/backscrub.service). glibc raises its limit for what goes back to
 * the system at once to the size of whatever was freed, and keeps the rest (mallopt(3)). Pictures come and go with each
 * background: with a fixed limit their memory does, too.
 */
function engineEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...CHANNEL, MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_ARENA_MAX: '2' };
}

export class EngineProcess implements EnginePort {
  readonly #module: string;
  readonly #version: string;
  readonly #log: Log;
  #listener: EngineListener | undefined;
  #child: ChildProcess | undefined;
  #channel: Duplex | undefined;

  /**
   * @param module path of the engine's main file
   * @param version of this service
   */
  constructor(module: string, version: string, log: Log) {
    this.#module = module;
    this.#version = version;
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
      child = spawnModule(this.#module, [], engineConfinement(), {
        stdio: ['ignore', 'inherit', 'inherit', 'pipe', outputFd],
        flags: ENGINE_OPTIONS,
        env: engineEnvironment(),
      });
    } catch (error) {
      setImmediate(() => this.#listener?.exited(`not started: ${String(error)}`));
      return;
    }
    this.#child = child;
    this.#channel = this.#read(child);
    // A process that was made is told by `exit`; only without one is an error its end.
    child.on('error', (error) => {
      if (child.pid === undefined) this.#exited(child, `not started: ${error.message}`);
    });
    child.on('exit', (code, signal) => {
      this.#exited(child, signal ? `killed by ${signal}` : `exit status ${code}`);
    });
    this.send({ type: 'setup', version: this.#version, setup, look });
  }

  send(message: ToEngine): void {
    // An engine that is gone is reported by its exit, not by a message that did not reach it.
    if (this.#channel?.writable) this.#channel.write(`${JSON.stringify(message)}\n`);
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #read(child: ChildProcess): Duplex | undefined {
    const channel = child.stdio[CHANNEL_FD] as Duplex | null | undefined;
    const reader = new LineReader(
      MAX_MESSAGE,
      (line) => {
        // What is still in the pipe when the process is reaped counts no more.
        if (child !== this.#child) return;
        const parsed = parseEngineLine(line);
        if (parsed) this.#listener?.message(parsed);
        else this.#log('warning', 'the engine sent a message that is not of the protocol');
      },
      () => {
        this.#log('error', `the engine sent a message of more than ${MAX_MESSAGE >> 20} MiB; it is ended`);
        child.kill('SIGKILL');
        channel?.destroy();
      },
    );
    channel?.on('data', (bytes: Buffer) => reader.feed(bytes));
    // Its end is told by the end of the process.
    channel?.on('error', () => {});
    return channel ?? undefined;
  }

  #exited(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#channel?.destroy();
    this.#channel = undefined;
    this.#listener?.exited(how);
  }
}

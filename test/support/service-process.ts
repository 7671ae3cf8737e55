/** The service under test as a process of its own on a private bus. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PrivateBus } from './private-bus.js';

export interface Written {
  readonly by: 'placeholder' | 'engine';
  readonly pid?: number;
  readonly look?: {
    readonly mode: string;
    readonly background: string;
    readonly blurStrength: number;
    readonly effects: readonly string[];
  };
  readonly model?: string;
  readonly camera?: string;
  readonly width?: number;
  readonly frameRate?: number;
}

export interface ServiceOptions {
  /** By default a fixed format, which spares the question to the camera. */
  readonly args?: readonly string[];
  readonly engine?: string;
  readonly device?: 'absent';
  /** Path of another engine than the fake one. */
  readonly engineModule?: string;
  /** `nobody`: also root and the service's own user have to be let in by polkit. */
  readonly trust?: 'nobody';
  /** As systemd would set it: NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS ... */
  readonly environment?: Readonly<Record<string, string>>;
  /** A descriptor that systemd would pass: it becomes number 3. */
  readonly passed?: number;
  /** The state directory, by default one of its own in which the service was stopped before. */
  readonly state?: string;
  /** The cache directory, by default an empty one. */
  readonly cache?: string;
  /** What is wrong with the device: `shared` (no exclusive_caps), `silent` (does not tell about readers). */
  readonly trouble?: 'shared' | 'silent';
}

const FIXED_FORMAT = ['--resolution', '640x480', '--frame-rate', '15'];

export class ServiceProcess {
  /** Everything written to standard error so far. */
  log = '';
  readonly exited: Promise<number | null>;

  private constructor(
    readonly child: ChildProcess,
    readonly picture: string,
    readonly behaviour: string,
    /** The state directory. */
    readonly state: string,
    /** The cache directory. */
    readonly cache: string,
  ) {
    child.stderr?.on('data', (data: Buffer) => {
      this.log += data.toString();
    });
    this.exited = new Promise((resolve) => child.on('exit', (status) => resolve(status)));
  }

  /** Starts the service and does not wait for anything. */
  static spawn(bus: PrivateBus, options: ServiceOptions = {}): ServiceProcess {
    const directory = mkdtempSync(join(bus.directory, 'service-'));
    const picture = join(directory, 'picture');
    const behaviour = join(directory, 'engine');
    const state = options.state ?? join(directory, 'state');
    const cache = options.cache ?? join(directory, 'cache');
    if (options.state === undefined) {
      mkdirSync(state);
      writeFileSync(join(state, 'settings.json'), '{"version":1,"started":false}');
    }
    writeFileSync(picture, '');
    writeFileSync(behaviour, options.engine ?? 'normal');
    const child = fork(
      fileURLToPath(new URL('./fake-service.js', import.meta.url)),
      ['--bus', bus.address, '--device', picture, ...(options.args ?? FIXED_FORMAT)],
      {
        stdio: ['ignore', 'ignore', 'pipe', ...(options.passed === undefined ? [] : [options.passed]), 'ipc'],
        execArgv: [],
        env: {
          ...process.env,
          ...options.environment,
          FAKE_TRUST: options.trust ?? '',
          FAKE_ENGINE: behaviour,
          FAKE_DEVICE: options.device ?? '',
          ENGINE_MODULE: options.engineModule ?? '',
          // As in the unit.
          MALLOC_MMAP_THRESHOLD_: '65536',
          CACHE_DIRECTORY: cache,
          DEVICE_TROUBLE: options.trouble ?? '',
          STATE_DIRECTORY: state,
        },
      },
    );
    return new ServiceProcess(child, picture, behaviour, state, cache);
  }

  /** Starts the service and waits until it owns its name. */
  static async start(bus: PrivateBus, options: ServiceOptions = {}): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(bus, options);
    const ready = new Promise<boolean>((resolve) => {
      service.child.stderr?.on('data', () => {
        if (service.log.includes('answers as org.backscrub')) resolve(true);
      });
    });
    if (await Promise.race([ready, service.exited.then(() => false)])) return service;
    throw new Error(`the service ended: ${service.log}`);
  }

  /** How engines that start from now on behave, see fake-engine.ts. */
  setEngine(behaviour: string): void {
    writeFileSync(this.behaviour, behaviour);
  }

  async order(order: { consumers?: number; device?: boolean }): Promise<void> {
    const done = new Promise((resolve) => this.child.once('message', resolve));
    this.child.send(order);
    await done;
  }

  /** What is remembered now; undefined when nothing is, or what is there is no JSON. */
  remembered(): Readonly<Record<string, unknown>> | undefined {
    try {
      return JSON.parse(readFileSync(join(this.state, 'settings.json'), 'utf8')) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }

  /** What has been written to the virtual camera, in order. */
  written(): readonly Written[] {
    return readFileSync(this.picture, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Written);
  }

  /** Waits until the log has it. */
  async says(words: RegExp): Promise<void> {
    while (!words.test(this.log)) {
      const more = new Promise<boolean>((resolve) => this.child.stderr?.once('data', () => resolve(true)));
      if (!(await Promise.race([more, this.exited.then(() => false)])))
        throw new Error(`the service ended: ${this.log}`);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const status = await this.exited;
    if (/did not end in time/.test(this.log)) throw new Error(`the service ended late: ${this.log}`);
    return status;
  }
}

/** The life of a backscrubd process: command line, start, signals, exit status. */
import { readFileSync } from 'node:fs';
import { toErrorInfo } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { openStore } from './backgrounds/open.js';
import { EngineProcess } from './engine-process.js';
import { type CommandLine, HELP, parseCommandLine } from './options.js';
import { Probe } from './probe.js';
import { type RunningService, runService } from './service.js';
import type { Clock, OutputFormat } from './session/ports.js';
import { VirtualCameraHolder } from './virtual-camera.js';
import type { VirtualCameraOpener } from './virtual-camera-device.js';

/** What a test puts fakes in for. */
export interface Parts {
  readonly opener: (path: string | undefined) => VirtualCameraOpener;
  /** Paths of the engine's main file and of its probe. */
  readonly engineModule: string;
  readonly probeModule: string;
  /** Of the process that decodes what is imported. */
  readonly importModule: string;
  readonly log: Log;
}

/** Longest time for an orderly end; an engine is killed well before. */
const CLOSE_MS = 5000;

const clock: Clock = {
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
};

/** Runs until a signal or a failure. @returns the exit status */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv, parts: Parts): Promise<number> {
  try {
    const command = parseCommandLine(args, env);
    if (command.action === 'run') return await serve(command, parts);
    process.stdout.write(command.action === 'help' ? HELP : `backscrubd ${version()}\n`);
    return 0;
  } catch (error) {
    const info = toErrorInfo(error);
    parts.log('error', info.message);
    return info.code === 'InvalidArgs' ? 2 : 1;
  }
}

async function serve(command: CommandLine, parts: Parts): Promise<number> {
  const { log } = parts;
  const ended = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const opener = parts.opener(command.device);
  const probe = new Probe(parts.probeModule);
  const format = await chooseFormat(command, probe, opener.find());
  const store = openStore(parts.importModule, () => probe.listGallery(), version(), log);
  const service = await runService(
    {
      bus: command.bus,
      camera: command.camera,
      provider: command.provider,
      start: command.start,
      version: version(),
    },
    {
      virtualCamera: new VirtualCameraHolder(opener, format, clock, log),
      engine: new EngineProcess(parts.engineModule, log),
      backgrounds: probe,
      models: probe,
      clock,
      log,
    },
    store,
    log,
  );
  log('info', `backscrubd ${version()} answers as org.backscrub`);
  const signal = await Promise.race([ended, service.lost.then(() => undefined)]);
  if (signal === undefined) log('error', `${await service.lost}; ending`);
  await closeInTime(service, log);
  // Without a bus nobody can steer the camera: systemd starts the service again.
  return signal === undefined ? 1 : 0;
}

async function chooseFormat(command: CommandLine, probe: Probe, path: string): Promise<OutputFormat> {
  const { width, height, frameRate } = command.format;
  if (width !== undefined && height !== undefined && frameRate !== undefined)
    return { width, height, frameRate };
  return { ...(await probe.outputFormat(command.camera, path)), ...command.format };
}

async function closeInTime(service: RunningService, log: Log): Promise<void> {
  const late = new Promise<true>((resolve) => setTimeout(() => resolve(true), CLOSE_MS).unref());
  if (await Promise.race([service.close(), late])) log('warning', 'the service did not end in time');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}

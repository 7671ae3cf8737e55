/** The life of a backscrubd process: command line, start, signals, exit status. */
import { readFileSync } from 'node:fs';
import { toErrorInfo } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { openStore, type StoreModules } from './backgrounds/open.js';
import { DeviceWatch } from './devices/device-watch.js';
import { EngineProcess } from './engine-process.js';
import { type CommandLine, HELP, parseCommandLine } from './options.js';
import { Probe } from './probe.js';
import type { RunningService } from './service.js';
import { formatOf, isWhole } from './session/format.js';
import type { CameraProbe, Clock, OutputFormat } from './session/ports.js';
import type { Settings } from './session/settings.js';
import { NEW_DOCUMENT } from './settings/document.js';
import { SettingsFile } from './settings/settings-file.js';
import { SettingsKeeper } from './settings/settings-keeper.js';
import { requestAnnouncement } from './system/announcement.js';
import { type DescriptorStore, type ManagerSocket, ServiceManager } from './system/service-manager.js';
import { InhibitorProcess } from './system/sleep-lock.js';
import { Watchdog } from './system/watchdog.js';
import { VirtualCameraHolder } from './virtual-camera.js';
import type { VirtualCameraOpener } from './virtual-camera-device.js';

/** What a test puts fakes in for. */
export interface Parts extends StoreModules {
  readonly opener: (path: string | undefined, store: DescriptorStore) => VirtualCameraOpener;
  readonly managerSocket: ManagerSocket;
  /** Paths of the engine's main file and of its probe. */
  readonly engineModule: string;
  readonly probeModule: string;
  readonly log: Log;
  /** Users who may do anything; by default root and the process's own. */
  readonly trustedUsers?: readonly number[];
}

/** For want of a camera to ask. */
const USUAL_FORMAT: OutputFormat = { width: 1280, height: 720, frameRate: 30 };
/** Longest time for an orderly end; an engine is killed well before. */
const CLOSE_MS = 5000;
/** Longest time that a healthy bus takes to answer. */
const PING_MS = 15_000;

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
    if (command.action === 'run') return await serve(command, env, parts);
    process.stdout.write(command.action === 'help' ? HELP : `backscrubd ${version()}\n`);
    return 0;
  } catch (error) {
    const info = toErrorInfo(error);
    parts.log('error', info.message);
    return info.code === 'InvalidArgs' ? 2 : 1;
  }
}

async function serve(command: CommandLine, env: NodeJS.ProcessEnv, parts: Parts): Promise<number> {
  const { log } = parts;
  const manager = new ServiceManager(env, process.pid, parts.managerSocket, log);
  const ended = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const file = SettingsFile.ofService(env, log);
  const document = file?.read() ?? NEW_DOCUMENT;
  const settings = { ...document.settings, ...command.settings };
  const keeper = file && new SettingsKeeper(file, document, clock, log);
  const opener = parts.opener(command.device, manager);
  const probe = new Probe(parts.probeModule);
  const store = openStore(parts, () => probe.listGallery(), version(), log);
  const resumed = opener.resume();
  const format = await chooseFormat(settings, probe, opener.find(), resumed);
  manager.dropRest();
  const virtualCamera = new VirtualCameraHolder(opener, format, clock, log, () =>
    requestAnnouncement(env, log),
  );
  if (resumed) paintAtOnce(virtualCamera, log);
  // The bus and all that belongs to it take longer to load than readers should wait for their card.
  const { runService } = await import('./service.js');
  const service = await runService(
    {
      bus: command.bus,
      settings,
      provider: command.provider,
      version: version(),
      trustedUsers: parts.trustedUsers ?? [0, process.getuid?.() ?? 0],
    },
    {
      virtualCamera,
      engine: new EngineProcess(parts.engineModule, log),
      backgrounds: probe,
      models: probe,
      cameras: probe,
      devices: new DeviceWatch(clock, log),
      sleepLock: new InhibitorProcess(log),
      remember: (current) => keeper?.update(keepOld(current, command.settings, document.settings)),
      clock,
      log,
    },
    store,
    log,
    (line) => manager.status(line),
  );
  manager.ready();
  const watchdog = watch(manager, service, virtualCamera, log);
  log('info', `backscrubd ${version()} answers as org.backscrub`);
  const signal = await Promise.race([ended, service.lost.then(() => undefined)]);
  if (signal === undefined) log('error', `${await service.lost}; ending`);
  manager.stopping();
  watchdog?.close();
  await closeInTime(
    service.close().then(() => keeper?.close()),
    log,
  );
  // Without a bus nobody can steer the camera: systemd starts the service again.
  return signal === undefined ? 1 : 0;
}

/**
 * Healthy: the event loop turns, the bus answers (so callers are heard), and readers get their card when it is the service's
 * to paint. A missing camera or module is no illness: the service says so, and goes on looking.
 */
function watch(
  manager: ServiceManager,
  service: RunningService,
  virtualCamera: VirtualCameraHolder,
  log: Log,
): Watchdog | undefined {
  if (manager.watchdogMs === undefined) return undefined;
  const checks = [
    async () => {
      await service.ping(PING_MS);
      return undefined;
    },
    async () => virtualCamera.fault(),
  ];
  const watchdog = new Watchdog(manager.watchdogMs, checks, () => manager.pulse(), clock, log);
  watchdog.begin();
  return watchdog;
}

/** What only the command line says is for this run: as long as nobody has changed it, the old value is remembered. */
function keepOld(current: Settings, given: Partial<Settings>, old: Settings): Settings {
  const untouched = (Object.keys(given) as (keyof Settings)[]).filter(
    (name) => current[name] === given[name],
  );
  return { ...current, ...Object.fromEntries(untouched.map((name) => [name, old[name]])) };
}

/** What readers have now stays, unless another one was chosen; then what the camera delivers. */
async function chooseFormat(
  settings: Settings,
  probe: CameraProbe,
  path: string,
  resumed: OutputFormat | undefined,
): Promise<OutputFormat> {
  const wanted = formatOf(settings.resolution, settings.frameRate);
  if (resumed) return { ...resumed, ...wanted };
  if (isWhole(wanted)) return wanted;
  return { ...((await probe.cameraFormat(settings.camera, path)) ?? USUAL_FORMAT), ...wanted };
}

/** Nobody else can have this device: systemd gave it to this process. Elsewhere the name comes before the device. */
function paintAtOnce(virtualCamera: VirtualCameraHolder, log: Log): void {
  try {
    virtualCamera.open();
  } catch (error) {
    // It is looked for as usual, and told about then.
    log('debug', toErrorInfo(error).message);
  }
}

async function closeInTime(closed: Promise<void>, log: Log): Promise<void> {
  const late = new Promise<true>((resolve) => setTimeout(() => resolve(true), CLOSE_MS).unref());
  if (await Promise.race([closed, late])) log('warning', 'the service did not end in time');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}

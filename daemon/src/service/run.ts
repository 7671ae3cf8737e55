/** The life of a backscrubd process: command line, start, signals, exit status. */
import { toErrorInfo } from '../shared/errors.js';
import type { Log } from '../shared/log.js';
import { after } from '../shared/patient-timer.js';
import { programVersion } from '../shared/program-version.js';
import { openStore, type StoreModules } from './backgrounds/open.js';
import { DeviceWatch } from './devices/device-watch.js';
import { EngineProcess } from './engine-process.js';
import type { NamedPictures } from './named-pictures.js';
import { type CommandLine, HELP, parseCommandLine } from './options.js';
import { Probe } from './probe.js';
import type { RunningService } from './service.js';
import { formatOf } from './session/format.js';
import type { Clock, OutputFormat } from './session/ports.js';
import type { Settings } from './session/settings.js';
import { NEW_DOCUMENT } from './settings/document.js';
import { LastFormat } from './settings/last-format.js';
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
  /** By default they are decoded. */
  readonly pictures?: NamedPictures;
  readonly log: Log;
  /** Users who may do anything; by default root and the process's own. */
  readonly trustedUsers?: readonly number[];
}

/** Until a camera has been asked. */
const USUAL_FORMAT: OutputFormat = { width: 1280, height: 720, frameRate: 30 };
/** Longest time for an orderly end; an engine is killed well before. */
const CLOSE_MS = 5000;
/** Longest time that a healthy bus takes to answer. */
const PING_MS = 15_000;

const clock: Clock = {
  after: (milliseconds, callback) => after(milliseconds, callback),
  now: () => performance.now(),
};

/** Runs until a signal or a failure. @returns the exit status */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv, parts: Parts): Promise<number> {
  try {
    const command = parseCommandLine(args, env);
    if (command.action === 'run') return await serve(command, env, parts);
    process.stdout.write(command.action === 'help' ? HELP : `backscrubd ${programVersion()}\n`);
    return 0;
  } catch (error) {
    const info = toErrorInfo(error);
    parts.log('error', info.message);
    return info.code === 'InvalidArgs' ? 2 : 1;
  }
}

async function serve(command: CommandLine, env: NodeJS.ProcessEnv, parts: Parts): Promise<number> {
  const { log } = parts;
  const version = programVersion();
  const manager = new ServiceManager(env, process.pid, parts.managerSocket, log);
  const ended = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  const file = SettingsFile.ofService(env, log);
  const document = file?.read() ?? NEW_DOCUMENT;
  const settings = { ...document.settings, ...command.settings };
  const keeper = file && new SettingsKeeper(file, document, clock, log);
  const opener = parts.opener(command.device, manager);
  const probe = new Probe(parts.probeModule, parts.pictures);
  const store = openStore(parts, () => probe.listGallery(), version, log);
  const resumed = opener.resume();
  const lastFormat = LastFormat.ofService(env, log);
  const format = chooseFormat(settings, resumed, lastFormat?.read());
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
      users: document.users,
      provider: command.provider,
      version,
      // What readers have stays.
      asksCamera: resumed === undefined,
      trustedUsers: parts.trustedUsers ?? [0, process.getuid?.() ?? 0],
    },
    {
      virtualCamera,
      engine: new EngineProcess(parts.engineModule, version, log),
      backgrounds: probe,
      models: probe,
      cameras: probe,
      devices: new DeviceWatch(clock, log),
      sleepLock: new InhibitorProcess(log),
      remember: ({ settings: current, users }) => {
        keeper?.update({ settings: keepOld(current, command.settings, document.settings), users });
        lastFormat?.update(virtualCamera.format);
      },
      clock,
      log,
    },
    store,
    log,
    (line) => manager.status(line),
  );
  manager.ready();
  // Aside: neither readers nor callers wait for it.
  void store.tidy();
  const watchdog = watch(manager, service, virtualCamera, log);
  log('info', `backscrubd ${version} answers as org.backscrub`);
  const signal = await Promise.race([ended, service.lost.then(() => undefined)]);
  if (signal === undefined) log('error', `${await service.lost}; ending`);
  manager.stopping();
  watchdog?.close();
  await closeInTime(
    service.close().then(() => Promise.all([keeper?.close(), lastFormat?.close()])),
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

/**
 * What readers have now stays, unless another one was chosen. A camera is not asked here: it may take as long as it wants, and
 * the login screen waits for this service. Its answer changes the format later, while nobody reads (session/format.ts).
 */
function chooseFormat(
  settings: Settings,
  resumed: OutputFormat | undefined,
  last: OutputFormat | undefined,
): OutputFormat {
  return { ...(resumed ?? last ?? USUAL_FORMAT), ...formatOf(settings.resolution, settings.frameRate) };
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

async function closeInTime(closed: Promise<unknown>, log: Log): Promise<void> {
  const late = new Promise<'late'>((resolve) => clock.after(CLOSE_MS, () => resolve('late')));
  if ((await Promise.race([closed, late])) === 'late') log('warning', 'the service did not end in time');
}

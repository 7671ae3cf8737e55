/** A headless GNOME Shell on buses of its own, in a chroot: started, asked and photographed from outside. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Message, type MessageBus } from 'dbus-next';
import { ROOT } from '../support/private-bus.js';
import {
  busConfig,
  disconnect,
  openBus,
  SESSION_BUS,
  ShellSession,
  START_MS,
  settingsFile,
  UUID,
} from './shell-session.js';

/** The service's user, who owns polkit's actions (org.freedesktop.policykit.owner) and may ask it about others. */
export const SERVICE_UID = 970;

export interface BedOptions {
  readonly suite?: string;
  /** As GNOME Shell's --virtual-monitor takes it. */
  readonly monitor?: string;
  readonly language?: string;
  /** More settings: schema, key and value of each. */
  readonly settings?: readonly (readonly [string, string, string])[];
  /** The session's processes have the numbers that the rest of the machine knows, as polkit asks for. */
  readonly visibleProcesses?: boolean;
}

export class ShellBed extends ShellSession {
  readonly #processes: ChildProcess[] = [];

  private constructor(
    readonly directory: string,
    readonly rootfs: string,
    readonly systemAddress: string,
  ) {
    super();
  }

  /** The log of the shell so far. */
  get log(): string {
    return readFileSync(join(this.directory, 'shell.log'), 'utf8');
  }

  override async readLog(): Promise<string> {
    return this.log;
  }

  protected override ended(): boolean {
    return this.#processes.some((child) => child.exitCode !== null);
  }

  /** A folder that belongs to the user of the session, for a service that runs as this user. */
  get home(): string {
    return join(this.directory, 'home');
  }

  static async start(options: BedOptions = {}): Promise<ShellBed> {
    const rootfs = execFileSync(
      join(ROOT, 'test/shell/bed/rootfs.sh'),
      options.suite ? [options.suite] : [],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    ).trim();
    const directory = mkdtempSync(join(tmpdir(), 'backscrub-shell-'));
    chmodSync(directory, 0o755);
    const bed = new ShellBed(directory, rootfs, `unix:path=${directory}/system/bus`);
    try {
      await bed.#prepare(options);
      bed.#spawn(
        'unshare',
        [
          ...['--mount', '--ipc', '--uts'],
          ...(options.visibleProcesses ? [] : ['--pid', '--fork', '--kill-child']),
          ...[join(ROOT, 'test/shell/bed/inside.sh'), rootfs, directory],
        ],
        { TEST_LANG: options.language ?? 'en_US.UTF-8' },
      );
      await bed.#ready();
      return bed;
    } catch (error) {
      const log = bed.log;
      await bed.stop();
      throw new Error(`${error instanceof Error ? error.message : error}\n${log.slice(-3000)}`);
    }
  }

  async #prepare({ monitor = '1280x800', settings = [] }: BedOptions): Promise<void> {
    const extension = join(ROOT, 'gnome-extension/build', UUID);
    cpSync(extension, join(this.directory, 'extensions', UUID), { recursive: true });
    cpSync(join(ROOT, 'test/shell/bed/session.sh'), join(this.directory, 'session.sh'));
    mkdirSync(this.home);
    chmodSync(this.home, 0o777);
    writeFileSync(join(this.directory, 'shell.log'), '');
    writeFileSync(join(this.directory, 'monitor'), monitor);
    const users = readFileSync(join(this.rootfs, 'etc/passwd'), 'utf8');
    const service = `backscrub:x:${SERVICE_UID}:${SERVICE_UID}::/:/usr/sbin/nologin\n`;
    writeFileSync(join(this.directory, 'passwd'), `${users}${service}`);
    writeFileSync(join(this.directory, 'settings'), settingsFile(settings));
    await this.#startBusses();
  }

  /** A command as root in the chroot, among the processes of this machine: what the bus and polkit tell each other fits. */
  enter(command: readonly string[]): ChildProcess {
    const script = join(ROOT, 'test/shell/bed/enter.sh');
    return this.#spawn('unshare', ['--mount', script, this.rootfs, this.directory, ...command]);
  }

  /** The system bus wants users that it knows; the session's one is where its services are. */
  async #startBusses(): Promise<void> {
    for (const name of ['system', 'session']) {
      mkdirSync(join(this.directory, name, 'services'), { recursive: true });
      chmodSync(join(this.directory, name), 0o777);
    }
    const system = join(this.directory, 'system');
    const services = '<servicedir>/run/test/system/services</servicedir>';
    writeFileSync(join(system, 'bus.conf'), busConfig('/run/test/system', services));
    writeFileSync(join(this.directory, 'session/bus.conf'), SESSION_BUS);
    const config = '--config-file=/run/test/system/bus.conf';
    const daemon = this.enter(['dbus-daemon', config, '--nofork', '--print-address=1']);
    await new Promise((resolve, reject) => {
      daemon.stdout?.once('data', resolve);
      daemon.once('exit', () => reject(new Error('the system bus did not start')));
    });
    chmodSync(join(system, 'bus'), 0o666);
  }

  /** Makes the service known to the bus, or unknown. What the bus starts for it leaves a file and ends. */
  async install(installed: boolean): Promise<void> {
    const file = join(this.directory, 'system/services/org.backscrub.service');
    if (installed)
      writeFileSync(
        file,
        `[D-BUS Service]\nName=org.backscrub\nExec=/bin/sh -c "touch /run/test/activated; exit 1"\n`,
      );
    else rmSync(file, { force: true });
    const bus = await this.connect();
    await bus.call(dbusMessage('ReloadConfig'));
    disconnect(bus);
  }

  /** A new connection to the system bus of the bed. */
  async connect(): Promise<MessageBus> {
    return await openBus(join(this.directory, 'system/bus'));
  }

  async hasOwner(bus: MessageBus, name: string): Promise<boolean> {
    const question = dbusMessage('NameHasOwner');
    question.signature = 's';
    question.body = [name];
    return (await bus.call(question))?.body[0] === true;
  }

  #spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      // A group of its own, with all that it starts.
      detached: true,
    });
    const log = createWriteStream(join(this.directory, 'shell.log'), { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    this.#processes.push(child);
    return child;
  }

  async #ready(): Promise<void> {
    const socket = join(this.directory, 'session/bus');
    for (let waited = 0; !existsSync(socket) && waited < START_MS; waited += 50) await sleep(50);
    await this.attach(socket);
  }

  /** Makes everything on the screen larger, as on a display of many pixels. */
  async setScale(scale: number): Promise<void> {
    const address = {
      destination: 'org.gnome.Mutter.DisplayConfig',
      path: '/org/gnome/Mutter/DisplayConfig',
      interface: 'org.gnome.Mutter.DisplayConfig',
    };
    const state = await this.callSession({ ...address, member: 'GetCurrentState' });
    type Monitor = [[string, string, string, string], [string, ...unknown[]][], unknown];
    const [serial, [monitor]] = (state?.body ?? []) as [number, Monitor[]];
    const [[connector], [mode]] = monitor as Monitor;
    const logical = [0, 0, scale, 0, true, [[connector, mode?.[0], {}]]];
    await this.callSession({
      ...address,
      member: 'ApplyMonitorsConfig',
      signature: 'uua(iiduba(ssa{sv}))a{sv}',
      body: [serial, 1, [logical], {}],
    });
    await sleep(1000);
  }

  /** A picture of the whole screen. @param path where to put the PNG, on the host */
  async screenshot(path: string): Promise<void> {
    const { dirname, basename } = await import('node:path');
    mkdirSync(dirname(path), { recursive: true });
    const shared = join(this.directory, 'shots');
    mkdirSync(shared, { recursive: true });
    chmodSync(shared, 0o777);
    await this.photograph(`/run/test/shots/${basename(path)}`);
    cpSync(join(shared, basename(path)), path);
  }

  async stop(): Promise<void> {
    this.detach();
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const signal = (name: NodeJS.Signals) => child.pid !== undefined && process.kill(-child.pid, name);
      signal('SIGTERM');
      await Promise.race([
        ended,
        sleep(5000)
          .then(() => signal('SIGKILL'))
          .then(() => ended),
      ]);
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function dbusMessage(member: string): Message {
  return new Message({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member,
  });
}

/**
 * A headless GNOME Shell in the guest: the user at the machine, in an active session of logind on seat0. The shell's programs
 * are those of test/shell's root filesystem (/mnt/shell); the system bus, logind, polkit and the extension are the guest's.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESSION_BUS, ShellSession, START_MS, settingsFile } from '../shell/shell-session.js';
import { USER } from './client.js';
import { attempt, guest, OUTPUT, sleep } from './guest.js';

/** What the shell sees as /run/test. */
const FOLDER = '/tmp/shell';
const UNIT = 'shell.service';
const LOG = `${FOLDER}/shell.log`;

const PROPERTIES = [
  'PAMName=login',
  `User=${USER}`,
  'RootDirectory=/mnt/shell',
  'MountAPIVFS=yes',
  // It is the host's, and stays as it is.
  'ReadOnlyPaths=/var',
  'TemporaryFileSystem=/tmp',
  'TemporaryFileSystem=/home:mode=755',
  'BindPaths=/run/dbus/system_bus_socket:/run/test/system/bus',
  `BindPaths=${FOLDER}:/run/test`,
  `BindPaths=${FOLDER}/home:/home/${USER}`,
  'BindPaths=/run/systemd',
  'BindPaths=/run/user',
  // As the tree's own installation put it there.
  'BindReadOnlyPaths=/usr/share/gnome-shell/extensions:/run/test/extensions',
  'BindReadOnlyPaths=/etc/passwd',
  'BindReadOnlyPaths=/etc/group',
  `StandardOutput=append:${LOG}`,
  `StandardError=append:${LOG}`,
];

const ENVIRONMENT = [
  'XDG_SEAT=seat0',
  'XDG_SESSION_TYPE=wayland',
  'XDG_SESSION_CLASS=user',
  'LANG=en_US.UTF-8',
  `HOME=/home/${USER}`,
];

export class GuestShell extends ShellSession {
  readonly #socket = join(tmpdir(), `backscrub-guest-shell-${process.pid}`);
  #forward: ChildProcess | undefined;

  static async start(): Promise<GuestShell> {
    const shell = new GuestShell();
    try {
      await shell.#start();
    } catch (error) {
      const log = await shell.readLog().catch(() => '');
      await shell.stop();
      throw new Error(`${error instanceof Error ? error.message : error}\n${log.slice(-3000)}`);
    }
    return shell;
  }

  async #start(): Promise<void> {
    await guest(`rm -rf ${FOLDER} && install -d -o ${USER} ${FOLDER} ${FOLDER}/{session,home,shots}`);
    const files = { settings: settingsFile(), monitor: '1280x800', 'session/bus.conf': SESSION_BUS };
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(OUTPUT, 'shell-file'), text);
      await guest(`cp /mnt/output/shell-file ${FOLDER}/${name}`);
    }
    rmSync(join(OUTPUT, 'shell-file'));
    const options = [
      ...PROPERTIES.map((property) => `--property=${property}`),
      ...ENVIRONMENT.map((variable) => `--setenv=${variable}`),
    ];
    await guest(
      `cp /mnt/shell-bed/session.sh ${FOLDER}/ && systemd-run --quiet --collect --unit=${UNIT} ${options.join(' ')} bash /run/test/session.sh`,
    );
    await guest(`for i in $(seq 300); do [ -S ${FOLDER}/session/bus ] && exit; sleep 0.1; done; exit 1`);
    const bed = process.env['BACKSCRUB_BED'] ?? '';
    this.#forward = spawn(bed, ['forward', this.#socket, `${FOLDER}/session/bus`], { stdio: 'ignore' });
    for (let waited = 0; !existsSync(this.#socket) && waited < START_MS; waited += 50) await sleep(50);
    await this.attach(this.#socket);
  }

  protected override ended(): boolean {
    return this.#forward?.exitCode !== null;
  }

  /** Its processor has the engine before it. */
  override until(expression: string, milliseconds = 40_000): Promise<void> {
    return super.until(expression, milliseconds);
  }

  override async readLog(): Promise<string> {
    return await guest(`cat ${LOG}`);
  }

  /** A picture of the whole screen as NAME in test/system/output. */
  async screenshot(name: string): Promise<void> {
    await this.photograph(`/run/test/shots/${name}`);
    await guest(`cp ${FOLDER}/shots/${name} /mnt/output/`);
  }

  async stop(): Promise<void> {
    this.detach();
    this.#forward?.kill();
    await attempt(`cp ${LOG} /mnt/output/; loginctl terminate-user ${USER}; systemctl stop ${UNIT}`);
    rmSync(this.#socket, { force: true });
  }
}

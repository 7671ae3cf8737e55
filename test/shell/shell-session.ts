/** A GNOME Shell that runs somewhere, spoken to over its session's bus: asked, told to switch the extension, photographed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Message, type MessageBus, type MessageLike, sessionBus } from 'dbus-next';

export const UUID = 'backscrub@backscrub.org';
export const START_MS = 90_000;

/** What the session needs to be looked at by a program: schema, key and value of each. */
const SETTINGS = [
  ['org.gnome.shell', 'welcome-dialog-last-shown-version', "'99'"],
  ['org.gnome.shell', 'disable-user-extensions', 'false'],
  ['org.gnome.desktop.interface', 'enable-animations', 'false'],
  ['org.gnome.desktop.notifications', 'show-banners', 'true'],
] as const;

/** The file of bed/session.sh, with more settings after those that every session has. */
export function settingsFile(more: readonly (readonly [string, string, string])[] = []): string {
  return `${[...SETTINGS, ...more].map((line) => line.join(' ')).join('\n')}\n`;
}

/** The test is root, the session is not: both may do everything. */
export function busConfig(folder: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${folder}/bus</listen>
  <auth>EXTERNAL</auth>
  ${services}
  <policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>
  <limit name="max_message_size">33554432</limit>
</busconfig>
`;
}

/** The bus of the session, where bed/session.sh looks for it. */
export const SESSION_BUS = busConfig('/run/test/session', '<standard_session_servicedirs/>');

export abstract class ShellSession {
  #session: MessageBus | undefined;

  /** Whether the shell, or what it needs, has ended. */
  protected abstract ended(): boolean;

  /** What the shell has printed so far. */
  abstract readLog(): Promise<string>;

  /** Connects to the session's bus and waits until the shell has started. @param socket on this machine */
  protected async attach(socket: string): Promise<void> {
    // Its owner opens it for the test a moment after it is there.
    for (let tries = 0; this.#session === undefined; tries++) {
      this.#session = await openBus(socket).catch((error: unknown) => {
        if (tries === 100) throw error;
        return undefined;
      });
      await sleep(50);
    }
    await this.until('Main.layoutManager._startingUp === false', START_MS);
    await this.eval('Main.overview.hide()');
    await this.until('!Main.overview.visible', START_MS);
  }

  protected detach(): void {
    if (this.#session) disconnect(this.#session);
  }

  /** Asks a service on the bus of the session. */
  async callSession(call: MessageLike): Promise<Message | null> {
    if (this.#session === undefined) throw new Error('the bed is not up');
    return await this.#session.call(new Message(call));
  }

  /** Runs JavaScript in the shell and returns its value. @throws Error with the shell's message */
  async eval(code: string): Promise<unknown> {
    const reply = await this.callSession({
      destination: 'org.gnome.Shell',
      path: '/org/gnome/Shell',
      interface: 'org.gnome.Shell',
      member: 'Eval',
      signature: 's',
      body: [code],
    });
    const [ok, text] = (reply?.body ?? [false, 'no answer']) as [boolean, string];
    if (!ok) throw new Error(`in the shell: ${text}\n${code}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Waits until an expression is true in the shell. */
  async until(expression: string, milliseconds = 10_000): Promise<void> {
    const end = Date.now() + milliseconds;
    let last: unknown;
    while (Date.now() < end) {
      last = await this.eval(expression).catch((error: unknown) => error);
      if (last === true) return;
      if (this.ended()) break;
      await sleep(50);
    }
    throw new Error(`never true in the shell: ${expression} (last: ${last})`);
  }

  async enable(): Promise<void> {
    await this.eval(`Main.extensionManager.enableExtension('${UUID}')`);
    await this.until(`Main.extensionManager.lookup('${UUID}')?.state === 1`);
  }

  async disable(): Promise<void> {
    await this.eval(`Main.extensionManager.disableExtension('${UUID}')`);
    await this.until(`Main.extensionManager.lookup('${UUID}')?.state === 2`);
  }

  /** A picture of the whole screen. @param path where the shell sees the PNG that it writes */
  protected async photograph(path: string): Promise<void> {
    const reply = await this.callSession({
      destination: 'org.gnome.Shell.Screenshot',
      path: '/org/gnome/Shell/Screenshot',
      interface: 'org.gnome.Shell.Screenshot',
      member: 'Screenshot',
      signature: 'bbs',
      body: [false, false, path],
    });
    if (reply?.body[0] !== true) throw new Error('the shell made no screenshot');
  }
}

/** Lines of a shell's log that say something is wrong, without what is not the extension's doing. @param from where the log begins to count */
export function complaints(log: string, from = 0): string[] {
  return log
    .slice(from)
    .split('\n')
    .filter((line) => /WARNING|CRITICAL|JS ERROR|backscrub@|Stack trace/i.test(line) && !NOT_OURS.test(line));
}

/** What the bed lacks, what GNOME 50's own libraries say of each other, a window closed while mutter asked after it. */
const NOT_OURS = /gnome-shell-calendar-server|ActUserManager|GITypeInfo|Tried to ping window/;

export async function openBus(socket: string): Promise<MessageBus> {
  const bus = sessionBus({ busAddress: `unix:socket=${socket}` });
  await new Promise<void>((resolve, reject) => {
    bus.once('connect', () => resolve());
    bus.once('error', reject);
    setTimeout(() => reject(new Error(`nobody answers on ${socket}`)), 10_000).unref();
  });
  return bus;
}

export function disconnect(bus: MessageBus): void {
  (bus as unknown as { _connection: { stream: { destroy(): void } } })._connection.stream.destroy();
}

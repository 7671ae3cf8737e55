/** A dbus-daemon of its own, with the defaults of the system bus and our policy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Root of the source tree, seen from test/dist/support. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What system.conf of dbus says about who may do what; our own file is included as it would be on a system. */
function configuration(directory: string, ownNames: readonly string[]): string {
  const rights = ownNames
    .map((name) => `    <allow own="${name}"/>\n    <allow send_destination="${name}"/>\n`)
    .join('');
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${directory}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
    <allow own="org.freedesktop.login1"/>
    <allow send_destination="org.freedesktop.login1"/>
${rights}  </policy>
  <limit name="max_message_size">33554432</limit>
  <include>${directory}/org.backscrub.conf</include>
</busconfig>
`;
}

export class PrivateBus {
  private constructor(
    /** Where tests may put files; every user can read there. */
    readonly directory: string,
    readonly address: string,
    readonly daemon: ChildProcess,
  ) {}

  /** @param ownNames of other services than ours; everybody may be them */
  static async start(ownNames: readonly string[] = []): Promise<PrivateBus> {
    const directory = mkdtempSync(join(tmpdir(), 'backscrub-bus-'));
    chmodSync(directory, 0o755);
    copyFileSync(join(ROOT, 'dbus/org.backscrub.conf'), join(directory, 'org.backscrub.conf'));
    writeFileSync(join(directory, 'bus.conf'), configuration(directory, ownNames));
    const daemon = spawn(
      'dbus-daemon',
      [`--config-file=${directory}/bus.conf`, '--nofork', '--nopidfile', '--nosyslog', '--print-address=1'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const failed = new Promise<never>((_, reject) => {
      daemon.once('error', (error) =>
        reject(new Error(`dbus-daemon (package dbus-daemon) is needed: ${error.message}`)),
      );
      daemon.once('exit', (status) => reject(new Error(`dbus-daemon ended with status ${status}`)));
    });
    failed.catch(() => {});
    const lines = createInterface({ input: daemon.stdout });
    const listening = new Promise<string>((resolve) => lines.once('line', resolve));
    await Promise.race([listening, failed]);
    return new PrivateBus(directory, `unix:path=${directory}/bus`, daemon);
  }

  async stop(): Promise<void> {
    if (this.daemon.exitCode === null && this.daemon.signalCode === null) {
      const ended = new Promise((resolve) => this.daemon.once('exit', resolve));
      this.daemon.kill();
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

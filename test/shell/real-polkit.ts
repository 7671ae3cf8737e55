/** polkit's own daemon with our policy, and with rules that a test can change. There is no logind: nobody has a session. */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from '../support/private-bus.js';
import type { ShellBed } from './shell-bed.js';
import { disconnect } from './shell-session.js';

const NAME = 'org.freedesktop.PolicyKit1';

export type Result = 'YES' | 'NO' | 'AUTH_ADMIN_KEEP';

export class RealPolkit {
  private constructor(
    private readonly folder: string,
    private readonly daemon: ChildProcess,
  ) {}

  static async start(bed: ShellBed): Promise<RealPolkit> {
    const folder = join(bed.directory, 'polkit');
    for (const name of ['actions', 'rules.d']) mkdirSync(join(folder, name), { recursive: true });
    const policy = join(folder, 'actions/org.backscrub.policy');
    copyFileSync(join(ROOT, 'dbus/org.backscrub.policy'), policy);
    chmodSync(policy, 0o644);
    const daemon = bed.enter(['/usr/lib/polkit-1/polkitd', '--no-debug']);
    let log = '';
    daemon.stderr?.on('data', (data: Buffer) => {
      log += data.toString();
    });
    const polkit = new RealPolkit(folder, daemon);
    const bus = await bed.connect();
    for (let waited = 0; !(await bed.hasOwner(bus, NAME)); waited += 50) {
      if (waited > 10_000 || daemon.exitCode !== null) throw new Error(`polkit did not start: ${log}`);
      await sleep(50);
    }
    disconnect(bus);
    return polkit;
  }

  /** What polkit says to the person in front of the shell; it reads its rules again when they change. */
  rule(result: Result): void {
    const path = join(this.folder, 'rules.d/10-test.rules');
    writeFileSync(
      `${path}.new`,
      `polkit.addRule(function(action, subject) {
        if (action.id.indexOf('org.backscrub.') === 0 && subject.user === 'tester') return polkit.Result.${result};
      });\n`,
      { mode: 0o644 },
    );
    renameSync(`${path}.new`, path);
  }

  async stop(): Promise<void> {
    if (this.daemon.exitCode !== null) return;
    const ended = new Promise((resolve) => this.daemon.once('exit', resolve));
    this.daemon.kill('SIGTERM');
    await ended;
  }
}

/** backscrubd itself on the system bus of the bed, on a machine without a virtual camera. */
import { type ChildProcess, spawn } from 'node:child_process';
import { asUser } from './other-user.js';
import type { ShellBed } from './shell-bed.js';

export class RealService {
  private constructor(private readonly process: ChildProcess) {}

  /** @param uid whose process it is: its own user it lets in without asking polkit */
  static async start(bed: ShellBed, uid: number): Promise<RealService> {
    const child = spawn('unshare', asUser(bed, uid, 'backscrubd.js', '--bus', bed.systemAddress), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: bed.home,
        STATE_DIRECTORY: bed.home,
        CACHE_DIRECTORY: bed.home,
      },
    });
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (data: Buffer) => {
        log += data.toString();
        if (log.includes('answers as org.backscrub')) resolve();
      });
      child.once('exit', (status) => reject(new Error(`backscrubd ended with ${status}: ${log}`)));
    });
    return new RealService(child);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await ended;
  }
}

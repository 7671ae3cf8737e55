import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface PrivateBus {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts a message bus that only this test knows. */
export async function startPrivateBus(): Promise<PrivateBus> {
  const child = spawn('dbus-daemon', ['--session', '--print-address', '--nofork', '--nopidfile'], {
    // It complains about limits that an ordinary user cannot raise.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const [address] = (await Promise.race([
    once(lines, 'line'),
    exited.then(() => Promise.reject(new Error('dbus-daemon ended before it had an address'))),
  ])) as [string];
  return {
    address,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

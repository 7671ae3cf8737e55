import { constants } from 'node:os';
import { run } from './run.js';
import { processTerminal } from './terminal.js';

/** Wires backscrubctl to this process and ends it. */
export async function main(): Promise<never> {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // The second one means it.
      if (controller.signal.aborted) process.exit(128 + constants.signals[name]);
      controller.abort();
    });
  }
  // Whoever read our output has seen enough (`backscrubctl monitor | head`).
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const status = await run(process.argv.slice(2), {
    terminal: processTerminal(),
    env: process.env,
    directory: process.cwd(),
    signal: controller.signal,
  });
  // Output to terminals, files and pipes is synchronous on Linux, so nothing is cut off.
  process.exit(status);
}

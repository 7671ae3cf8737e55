/** Runs a command that may take long: one line while it runs, its output only when it fails or warns. */
import { spawn } from 'node:child_process';
import { fail, root } from './project.mjs';

const REDRAW_MS = 1000;
/** A log that nobody redraws gets a sign of life this often. */
const SIGN_OF_LIFE_MS = 20_000;
/** Steps shorter than this leave no line behind. */
const WORTH_A_LINE_MS = 1500;

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(0)} s`;
}

/**
 * @param title what happens, in the progressive form ("building the addon")
 * @param options cwd, env (added to the process's own), mayFail (then returns the status instead of ending)
 * @returns {Promise<{status: number, output: string}>}
 */
export async function step(title, command, args, options = {}) {
  const started = Date.now();
  const terminal = process.stdout.isTTY === true;
  const chunks = [];
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const timer = setInterval(
    () =>
      process.stdout.write(
        terminal ? `\r${title} ... ${seconds(started)}` : `${title} ... ${seconds(started)}\n`,
      ),
    terminal ? REDRAW_MS : SIGN_OF_LIFE_MS,
  );
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
  clearInterval(timer);
  const output = Buffer.concat(chunks).toString();
  if (terminal) process.stdout.write('\r\x1b[K');
  if (status !== 0 && options.mayFail !== true) {
    process.stderr.write(output);
    fail(`${title} failed: ${command} ${args.join(' ')} ended with status ${status} (its output is above).`);
  }
  if (status === 0) {
    if (/\bwarning:/.test(output)) process.stdout.write(output);
    if (Date.now() - started >= WORTH_A_LINE_MS) process.stdout.write(`${title}: ${seconds(started)}\n`);
  }
  return { status, output };
}

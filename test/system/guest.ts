/** Runs commands in the guest. run.sh has booted it and says how to reach it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FrameRecord, parseRecords, parseTileRecords, type TileRecord } from './records.js';

const BED = process.env['BACKSCRUB_BED'] ?? '';
/** test/system/output, which the guest sees as /mnt/output. */
export const OUTPUT = process.env['BACKSCRUB_BED_OUTPUT'] ?? '';
/** The clips of prepare.ts, which the guest sees as /mnt/clips. */
export const CLIPS = process.env['BACKSCRUB_BED_CLIPS'] ?? '';

export interface Result {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function connect(command: string): ChildProcess {
  return spawn(BED, ['ssh', command], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function collect(child: ChildProcess): Promise<Result> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({
        status: status ?? 255,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
      });
    });
  });
}

/** Runs a shell command as root; its status is the caller's business. */
export function attempt(command: string): Promise<Result> {
  return collect(connect(command));
}

/** Runs a shell command as root and gives what it printed; throws when it fails. */
export async function guest(command: string): Promise<string> {
  const { status, stdout, stderr } = await attempt(command);
  if (status !== 0)
    throw new Error(`"${command}" ended with status ${status}: ${stderr.trim() || stdout.trim()}`);
  return stdout.trim();
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until `is` holds; throws with the last answer after `seconds`. */
export async function eventually<T>(
  ask: () => Promise<T>,
  is: (answer: T) => boolean,
  what: string,
  seconds = 40,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(answer)} after ${seconds} s`);
    await sleep(200);
  }
}

/**
 * CPU seconds that the whole guest has taken on the host. The guest's own books count whole ticks, so that a process
 * which wakes up for less is for nothing; UML's processes are ordinary ones of the host, in one session.
 */
export function hostCpuSeconds(): number {
  const session = Number(readFileSync(process.env['BACKSCRUB_BED_PID'] ?? '', 'utf8'));
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      continue;
    }
    // proc_pid_stat(5): after the name, field 3 onwards; 6 is the session, 14 and 15 are the times, 16 and 17 its dead children's.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    if (fields[3] === session)
      ticks += (fields[11] ?? 0) + (fields[12] ?? 0) + (fields[13] ?? 0) + (fields[14] ?? 0);
  }
  return ticks / 100;
}

/** The guest's monotonic clock, in microseconds: the clock of the records. */
export async function guestTime(): Promise<number> {
  return Number(await guest('consumer now'));
}

/** Runs a command and says between which two times of the guest's clock it ran. */
export async function timed(command: string): Promise<{ from: number; to: number; stdout: string }> {
  const lines = (await guest(`consumer now && ${command} && consumer now`)).split('\n');
  return { from: Number(lines[0]), to: Number(lines.at(-1)), stdout: lines.slice(1, -1).join('\n') };
}

export interface ConsumerSummary {
  readonly device: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly colorspace: number;
  readonly opened: number;
  readonly streamon: number;
  readonly first: number;
  readonly frames: number;
  /** Seconds without a frame in which the guest ran: while the whole guest stands still nobody can write one. */
  readonly silentSeconds: number;
}

export interface ConsumerResult<Frame = FrameRecord> {
  readonly summary: ConsumerSummary;
  readonly frames: readonly Frame[];
}

export interface ConsumerOptions {
  readonly device: string;
  readonly seconds: number;
  /** Names the CSV in test/system/output. */
  readonly name: string;
  /** A reference file in the clips' folder. */
  readonly references?: string;
  /** A shell command that ends just before the application opens the device: no way to the guest lies between them. */
  readonly before?: string;
  /** Keep the first frame that comes `dumpAfter` seconds after STREAMON, as NAME.yuyv in test/system/output. */
  readonly dumpAfter?: number;
}

export interface Consumer<Frame = FrameRecord> {
  /** Resolves when the application has read for the time that it was given; fails when it met an error. */
  readonly done: Promise<ConsumerResult<Frame>>;
  /** Ends it now, as somebody who has seen enough. There is one application at a time. */
  stop(): Promise<ConsumerResult<Frame>>;
}

/**
 * Where there is a second processor an application does not wait until the engine has done its work. The guest has one, and
 * before this stood here, frames that were 34 ms apart were read 120 ms apart.
 */
const AT_ONCE = 'nice -n -20';

/** An application that reads the virtual camera; resolves when it streams. */
export function startConsumer(options: ConsumerOptions): Promise<Consumer> {
  const words: string[] = [];
  if (options.references !== undefined) words.push('-r', `/mnt/clips/${options.references}`);
  if (options.dumpAfter !== undefined)
    words.push('-d', `/tmp/${options.name}.yuyv`, '-a', String(options.dumpAfter));
  return launch(options, words, parseRecords);
}

/**
 * One that looks for the room of checks.ts.
 *
 * @param flag a file in the guest whose first byte is 1 while the room is to be hidden: guilty frames of then are kept as
 *   NAME.csv.TIME.yuyv in test/system/output
 */
export function startTileConsumer(
  options: Pick<ConsumerOptions, 'device' | 'seconds' | 'name'>,
  flag: string,
): Promise<Consumer<TileRecord>> {
  return launch(options, ['-s', '/mnt/clips/checked.signs', '-k', flag], parseTileRecords);
}

/** Resolves when the last application has ended. */
let ended: Promise<unknown> = Promise.resolve();

/** A test that failed may have left one, which would keep the devices from the next test. */
export async function endConsumer(): Promise<void> {
  await attempt('pkill -INT -x consumer');
  await ended;
}

async function launch<Frame>(
  { device, seconds, name, before = ':' }: Pick<ConsumerOptions, 'device' | 'seconds' | 'name' | 'before'>,
  words: readonly string[],
  parse: (csv: string) => Frame[],
): Promise<Consumer<Frame>> {
  await endConsumer();
  const command = `${AT_ONCE} consumer read ${device} ${seconds} -c /tmp/${name}.csv ${words.join(' ')}`;
  const child = connect(
    `${before}; ${command}; s=$?; cp -f /tmp/${name}.* /mnt/output/; rm -f /tmp/${name}.*; exit $s`,
  );
  const result = collect(child);
  await new Promise<void>((resolve) => {
    child.stdout?.once('data', () => {
      resolve();
    });
    void result.then(() => {
      resolve();
    });
  });
  const done = result.then(({ status, stdout, stderr }) => {
    if (status !== 0) throw new Error(`the consumer failed: ${stdout.trim()} ${stderr.trim()}`);
    const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ConsumerSummary;
    return { summary, frames: parse(readFileSync(join(OUTPUT, `${name}.csv`), 'utf8')) };
  });
  // Whoever waits for it later gets the error; without this an early failure would end the whole run.
  ended = done.catch(() => undefined);
  const stop = async (): Promise<ConsumerResult<Frame>> => {
    await attempt('pkill -INT -x consumer');
    return done;
  };
  return { done, stop };
}

/** Reads the virtual camera to the end. */
export async function consume(options: ConsumerOptions): Promise<ConsumerResult> {
  return (await startConsumer(options)).done;
}

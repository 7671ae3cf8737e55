/**
 * Time limits on a machine that others use, too. The guest starts a program several times slower than the same processor would
 * without it, and its host may be busy. A run judges what an application gets; what is merely late is a figure of the run.
 * BACKSCRUB_JUDGE_TIMES=1 judges the times as well, on a machine that does nothing else.
 */
import type { TestContext } from 'node:test';
import { figure } from './figures.js';
import { timed } from './guest.js';

const ATTEMPTS = 3;
/** A guest that is slower than this cannot tell whether the service is late; it still tells what is shown. */
const SLOWEST_JUDGE = 2;
/** `node -e 0` in the guest on a quiet host, in milliseconds; 40 on that host itself. */
const QUIET_START_MS = 300;
const JUDGES_TIMES = process.env['BACKSCRUB_JUDGE_TIMES'] === '1';
/** So many times beyond its limit nothing is late because of the machine. */
const BROKEN = 8;

/** The machine may have been busy: another attempt tells. Everything else that is wrong is wrong at once. */
class Disturbed extends Error {}

/** What was seen tells something only where this holds: there is enough of it, and nothing stood still meanwhile. */
export function undisturbed(condition: boolean, message: string): void {
  if (!condition) throw new Disturbed(message);
}

/** A time that is not longer than `limit`, in the same unit. */
export function within(value: number, limit: number, message: string): void {
  if (!(value <= limit)) late(!(value <= limit * BROKEN), `${message}, not within ${round(limit)}`);
}

/** A rate that is not lower than `limit`, in the same unit. */
export function atLeast(value: number, limit: number, message: string): void {
  if (!(value >= limit)) late(!(value >= limit / BROKEN), `${message}, not ${round(limit)}`);
}

function late(isBroken: boolean, message: string): void {
  if (isBroken || JUDGES_TIMES) throw new Disturbed(message);
  figure('late', message);
}

function round(limit: number): number {
  return Number(limit.toPrecision(3));
}

/**
 * A test that gets another chance when it was disturbed. When it is so every time on a host that is far too slow, it says so and
 * leaves the figures; on a host that has been too slow all the time once is enough.
 */
export function patient(run: () => Promise<void>): (context: TestContext) => Promise<void> {
  return async (context) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await run();
        return;
      } catch (error) {
        if (!(error instanceof Disturbed)) throw error;
        const slow = await pace();
        // Where the guest has never been fast enough another attempt is only time.
        const isLast = attempt === ATTEMPTS || fastest > SLOWEST_JUDGE;
        const verdict = !isLast ? 'tried again' : slow > SLOWEST_JUDGE ? 'NOT JUDGED' : 'failed';
        const text = `${error.message}; the guest is ${slow.toFixed(1)} times slower than on a quiet host`;
        figure(`disturbed, ${verdict}`, text);
        context.diagnostic(`disturbed, ${verdict}: ${text}`);
        if (verdict === 'failed') throw error;
        if (verdict === 'NOT JUDGED') {
          // Counted as skipped: nobody shall take it for passed.
          context.skip(text);
          return;
        }
      }
    }
  };
}

/** Milliseconds that Node takes in the guest to start and do nothing; the best of three. */
async function nodeStart(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { from, to } = await timed('node -e 0');
    times.push((to - from) / 1000);
  }
  return Math.min(...times);
}

let known = 0;
let fastest = Infinity;

/** How many times slower than on a quiet host things are done now; 1 or more. */
export async function pace(): Promise<number> {
  known = Math.max(1, (await nodeStart()) / QUIET_START_MS);
  fastest = Math.min(fastest, known);
  return known;
}

/** What `pace` said last, for times that only have to be long enough. */
export async function knownPace(): Promise<number> {
  return known || pace();
}

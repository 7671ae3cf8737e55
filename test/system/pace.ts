/**
 * Time limits on a machine that others use, too. The guest starts a program several times slower than the same processor would
 * without it, and its host may be busy: what is too late is tried again before it counts, and limits grow with the time
 * that a program takes which does nothing.
 */
import type { TestContext } from 'node:test';
import { figure } from './figures.js';
import { timed } from './guest.js';

const ATTEMPTS = 3;
/** A guest that is slower than this cannot tell whether the service is late; it still tells what is shown. */
const SLOWEST_JUDGE = 2;
/** `node -e 0` in the guest on a quiet host, in milliseconds; 40 on that host itself. */
const QUIET_START_MS = 300;

/** Too late, too rare, too far apart: the machine may have been busy. Everything else that is wrong is wrong at once. */
export class Late extends Error {}

export function inTime(condition: boolean, message: string): void {
  if (!condition) throw new Late(message);
}

/**
 * A test that gets another chance when it was late. When it is late every time on a host that is far too slow, it says so and
 * leaves the figures; on a host that has been too slow all the time once is enough.
 */
export function patient(run: () => Promise<void>): (context: TestContext) => Promise<void> {
  return async (context) => {
    for (let attempt = 1; ; attempt++) {
      try {
        await run();
        return;
      } catch (error) {
        if (!(error instanceof Late)) throw error;
        const slow = await pace();
        // Where the guest has never been fast enough another attempt is only time.
        const isLast = attempt === ATTEMPTS || fastest > SLOWEST_JUDGE;
        const verdict = !isLast ? 'tried again' : slow > SLOWEST_JUDGE ? 'NOT JUDGED' : 'failed';
        const text = `${error.message}; the guest is ${slow.toFixed(1)} times slower than on a quiet host`;
        figure(`late, ${verdict}`, text);
        context.diagnostic(`late, ${verdict}: ${text}`);
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

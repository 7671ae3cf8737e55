import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const INTERVAL_MS = 500;
/**
 * Collections after the last call. What is replaced is in use until it has faded: with the cross-fade's 200 ms of itself that is over
 * before the second one; a longer one, 2 s at most, leaves it to the next change. What a collection finds is freed by a thread of
 * its own and counted out by the next.
 */
const ROUNDS = 3;

let left = 0;
let timer: NodeJS.Timeout | undefined;
let giveBack: (() => void) | undefined;
let collect: (() => void) | undefined;

/**
 * Gives the memory of a large message, or of a background that was replaced, back to the system, soon. V8 collects when a
 * program allocates; this one does so hardly at all between two calls, and would keep tens of megabytes meanwhile. A collection
 * takes about 6 ms; there is one in half a second at most, however often this is called.
 *
 * @param trim called after the last collection, for what the C library keeps of freed memory
 */
export function collectGarbageSoon(trim?: () => void): void {
  left = ROUNDS;
  giveBack = trim;
  timer ??= setInterval(() => {
    left--;
    collectGarbage();
    if (left > 0) return;
    clearInterval(timer);
    timer = undefined;
    giveBack?.();
  }, INTERVAL_MS).unref();
}

function collectGarbage(): void {
  if (collect === undefined) {
    // Node has this behind an option of its command line only.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

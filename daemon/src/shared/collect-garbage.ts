import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const INTERVAL_MS = 500;
/**
 * Collections after the last call. What is replaced is in use until it has faded, which is over before the second one; what a
 * collection finds is freed by a thread of its own and counted out by the next.
 */
const ROUNDS = 3;

let left = 0;
let timer: NodeJS.Timeout | undefined;
let collect: (() => void) | undefined;

/**
 * Gives the memory of a large message, or of a background that was replaced, back to the system, soon. V8 collects when a
 * program allocates; this one does so hardly at all between two calls, and would keep tens of megabytes meanwhile. A collection
 * takes about 6 ms; there is one in half a second at most, however often this is called.
 */
export function collectGarbageSoon(): void {
  left = ROUNDS;
  timer ??= setInterval(() => {
    left--;
    if (left === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    collectGarbage();
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

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds after the work that made the garbage, when nothing refers to it any more. */
const TIMES = [500, 1000] as const;

let pending = false;
let collect: (() => void) | undefined;

/**
 * Gives the memory of a large message, or of a background that was replaced, back to the system, soon. V8 collects when a
 * program allocates; this one does so hardly at all between two calls, and would keep tens of megabytes meanwhile. Twice, since what the first one finds is freed by a
 * thread of its own and counted out by the second; each takes about 6 ms.
 */
export function collectGarbageSoon(): void {
  if (pending) return;
  pending = true;
  for (const time of TIMES) {
    setTimeout(() => {
      pending = false;
      collectGarbage();
    }, time).unref();
  }
}

function collectGarbage(): void {
  if (collect === undefined) {
    // Node has this behind an option of its command line only.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}

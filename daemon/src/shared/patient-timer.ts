/**
 * Timers for judging others. An event loop that was held up finds a timer that is over and, behind it, the very answer that was
 * waited for: it fires first, and blames somebody else for what was its own lateness. Here the messages that wait get their turn first.
 */
import { monotonicMs } from './clock.js';

/** Milliseconds that a timer may be late on a machine with much to do. */
const LATE_MS = 50;
/** Milliseconds. Longest time that is given on top, however late the loop was. */
const MAX_GRACE_MS = 1000;

/** What a test puts a fake in for. */
export interface Loop {
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** @returns cancels it */
  timer(milliseconds: number, callback: () => void): () => void;
  /** Calls after everything that waits on sockets and pipes was read. @returns cancels it */
  afterInput(callback: () => void): () => void;
}

const REAL: Loop = {
  now: monotonicMs,
  timer: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  afterInput: (callback) => {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  },
};

/**
 * Calls once after so many milliseconds, always in a turn of the loop in which all input that was there has been read before. When
 * the loop was late, as long again passes, up to a second: what is read may have to be worked on before it is known whose it is.
 *
 * @returns cancels it
 */
export function after(milliseconds: number, callback: () => void, loop: Loop = REAL): () => void {
  let cancel = (): void => {};
  const wait = (time: number, over: (late: number) => void): void => {
    const due = loop.now() + time;
    cancel = loop.timer(time, () => {
      const late = loop.now() - due;
      // Timers come before input, and what came before them may have taken all the time that they waited for.
      cancel = loop.afterInput(() => over(late));
    });
  };
  wait(milliseconds, (late) => {
    if (late <= LATE_MS) callback();
    else wait(Math.min(late, MAX_GRACE_MS), () => callback());
  });
  return () => cancel();
}

/**
 * Milliseconds of a clock that does not go back (CLOCK_MONOTONIC). The first use of `performance.now`, which counts from another
 * moment, makes Node load modules, and a call's first picture would wait for them.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * Which skipped tests are excused. test/allowed-skips.json is a list of `{ "file", "test", "reason" }`: the compiled
 * file relative to the root, the test's name or "*", and why a machine may be unable to run it.
 */

/**
 * @param results records of scripts/lib/test-record.mjs
 * @param allowed the list of test/allowed-skips.json
 * @returns the skipped tests that no entry excuses
 */
export function unexcused(results, allowed) {
  return results.filter(
    ({ file, name, result }) =>
      result === 'skipped' &&
      !allowed.some(
        (entry) => entry.file === file && (entry.test === '*' || entry.test === name) && entry.reason,
      ),
  );
}

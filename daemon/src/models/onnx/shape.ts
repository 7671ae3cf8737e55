/** Longest side of a map. */
export const MAX_SIDE = 2048;

/** For messages; sizes that a file leaves open are 0. */
export function showShape(shape: readonly number[] | undefined): string {
  return (shape ?? []).map((size) => (size === 0 ? '?' : String(size))).join(',');
}

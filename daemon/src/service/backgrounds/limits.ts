/** How much the store takes; docs and the contract name these figures. */
import { BackscrubError } from '../../shared/errors.js';
import { MAX_IMPORT_BYTES } from '../../shared/stored-background.js';

const MIB = 1024 * 1024;

export interface Quota {
  readonly entries: number;
  /** Of all pictures and thumbnails together. */
  readonly bytes: number;
}

export const QUOTA: Quota = { entries: 200, bytes: 512 * MIB };

/** @param bytes of the file */
export function tooLarge(bytes: number): BackscrubError {
  return new BackscrubError(
    'LimitsExceeded',
    `The file has ${(bytes / MIB).toFixed(1)} MiB; at most ${MAX_IMPORT_BYTES / MIB} MiB can be imported. Save a smaller or shorter copy.`,
  );
}

const REMOVE = 'Remove one that you do not need (RemoveBackground, backscrubctl background remove ID).';

/** @throws BackscrubError LimitsExceeded when a store that holds this much is full */
export function checkQuota(entries: number, bytes: number, quota: Quota): void {
  if (entries > quota.entries) {
    throw new BackscrubError(
      'LimitsExceeded',
      `The store is full: it holds ${quota.entries} backgrounds. ${REMOVE}`,
    );
  }
  if (bytes > quota.bytes) {
    throw new BackscrubError(
      'LimitsExceeded',
      `The store is full: it holds ${Math.round(quota.bytes / MIB)} MiB of backgrounds at most. ${REMOVE}`,
    );
  }
}

/** How much the store takes; docs and the contract name these figures. */
import { BackscrubError } from '../../shared/errors.js';
import { MAX_IMPORT_BYTES } from '../../shared/stored-background.js';

const MIB = 1024 * 1024;

export interface Quota {
  readonly entries: number;
  /** Of all pictures and thumbnails together. */
  readonly bytes: number;
}

/** Of one user, and of all together: one who fills the own share leaves room for others. */
export const QUOTAS: Quotas = {
  user: { entries: 200, bytes: 512 * MIB },
  all: { entries: 800, bytes: 2048 * MIB },
};

export interface Quotas {
  readonly user: Quota;
  readonly all: Quota;
}

/** @param bytes of the file */
export function tooLarge(bytes: number): BackscrubError {
  return new BackscrubError(
    'LimitsExceeded',
    `The file has ${(bytes / MIB).toFixed(1)} MiB; at most ${MAX_IMPORT_BYTES / MIB} MiB can be imported. Save a smaller or shorter copy.`,
  );
}

/** @throws BackscrubError LimitsExceeded when a store that holds this much of the user's own is full */
export function checkUserQuota(entries: number, bytes: number, quota: Quota): void {
  const remedy = 'Remove one that you do not need (RemoveBackground, backscrubctl background remove ID).';
  check(entries, bytes, quota, 'of yours', remedy);
}

/** @throws BackscrubError LimitsExceeded when a store that holds this much of all users is full */
export function checkWholeQuota(entries: number, bytes: number, quota: Quota): void {
  check(entries, bytes, quota, 'of all users', 'Remove one, or have the administrator look (as root).');
}

function check(entries: number, bytes: number, quota: Quota, whose: string, remedy: string): void {
  if (entries > quota.entries) {
    throw new BackscrubError(
      'LimitsExceeded',
      `The store is full: it holds ${quota.entries} backgrounds ${whose}. ${remedy}`,
    );
  }
  if (bytes > quota.bytes) {
    throw new BackscrubError(
      'LimitsExceeded',
      `The store is full: it holds ${Math.round(quota.bytes / MIB)} MiB of backgrounds ${whose} at most. ${remedy}`,
    );
  }
}

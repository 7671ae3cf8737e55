/** Checks what callers hand to the store. */
import type { Variant } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { MAX_IMPORT_BYTES, MAX_NAME, parseFocus } from '../../shared/stored-background.js';
import { tooLarge } from './limits.js';

/** Control characters, line separators, and what turns the direction of the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const MIDDLE = [0.5, 0.5] as const;

/** Without blanks around it. @throws BackscrubError InvalidArgs */
export function parseName(name: string): string {
  const trimmed = name.trim().normalize();
  const length = [...trimmed].length;
  if (length >= 1 && length <= MAX_NAME && !UNPRINTABLE.test(trimmed)) return trimmed;
  throw new BackscrubError(
    'InvalidArgs',
    `A name has 1 to ${MAX_NAME} printable characters${length > MAX_NAME ? `, not ${length}` : ''}.`,
  );
}

/** @throws BackscrubError LimitsExceeded, BadImage */
export function checkData(data: Uint8Array): void {
  if (data.length > MAX_IMPORT_BYTES) throw tooLarge(data.length);
  if (data.length === 0) throw new BackscrubError('BadImage', 'The file is empty.');
}

export interface ImportOptions {
  readonly focus: readonly [number, number];
}

/** @throws BackscrubError InvalidArgs for a key that is not known or a value that does not fit */
export function parseOptions(options: Readonly<Record<string, Variant>>): ImportOptions {
  const unknown = Object.keys(options).find((key) => key !== 'focus');
  if (unknown !== undefined) {
    throw new BackscrubError(
      'InvalidArgs',
      `ImportBackground has no option "${unknown.slice(0, 80)}"; it has focus.`,
    );
  }
  const focus = options['focus'];
  if (focus === undefined) return { focus: MIDDLE };
  try {
    if (focus.signature === '(dd)') return { focus: parseFocus(focus.value) };
  } catch {
    // Said below.
  }
  throw new BackscrubError(
    'InvalidArgs',
    'The option focus is of type "(dd)": from 0 to 1 from the left, and from 0 to 1 from the top.',
  );
}

/** @throws BackscrubError InvalidArgs */
export function parseThumbnailSize(size: number): number {
  if (Number.isInteger(size) && size >= 16 && size <= 1024) return size;
  throw new BackscrubError('InvalidArgs', `A thumbnail is 16 to 1024 pixels wide, not ${size}.`);
}

/** Characters of a text from elsewhere. */
export const MAX_TEXT = 500;

/**
 * A text of another process, as the bus carries it: a string there has no zero byte and is UTF-8, which a lone surrogate is not.
 * @returns "" for what is no text; what is longer than MAX_TEXT is cut
 */
export function cleanText(value: unknown): string {
  if (typeof value !== 'string') return '';
  return Buffer.from(value.replaceAll('\0', ' ').slice(0, MAX_TEXT)).toString();
}

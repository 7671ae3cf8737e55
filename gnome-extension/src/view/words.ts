/** Looks up the translation of a text; the same text when there is none. */
export type Translate = (text: string) => string;

/** Puts `value` in the place of the first `%s`, where a translation has it. */
export function fill(template: string, value: string): string {
  return template.replace('%s', () => value);
}

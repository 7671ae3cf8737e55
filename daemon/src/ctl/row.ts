/** A dictionary that a list of the service has for each entry, read with defaults for what an older service leaves out. */
import { printable } from './text.js';

export interface Row {
  /** As it may be printed; "" when there is none. */
  text(key: string): string;
  /** 0 when there is none. */
  number(key: string): number;
  flag(key: string): boolean;
  /** As it came. */
  value(key: string): unknown;
}

export function rowOf(record: unknown): Row {
  const values: Readonly<Record<string, unknown>> =
    typeof record === 'object' && record !== null ? { ...record } : {};
  return {
    text: (key) => (typeof values[key] === 'string' ? printable(String(values[key])) : ''),
    number: (key) => (typeof values[key] === 'number' ? Number(values[key]) : 0),
    flag: (key) => values[key] === true,
    value: (key) => values[key],
  };
}

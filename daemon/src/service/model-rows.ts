/** Checks the list of models that a child has made: it reads manifests that users wrote. */
import { cleanText } from '../shared/clean-text.js';
import type { ModelRow } from './session/ports.js';

const MAX_ROWS = 1000;

/** Rows that are not whole are left out; texts are cut to a length that fits a list. */
export function parseModelRows(value: unknown): readonly ModelRow[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ROWS).flatMap((row: unknown) => parseRow(row) ?? []);
}

function parseRow(value: unknown): ModelRow | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const row = value as Readonly<Record<string, unknown>>;
  const { name, usable } = row;
  // SetModel takes the name as it is.
  if (typeof name !== 'string' || name === '' || name !== cleanText(name)) return undefined;
  if (typeof usable !== 'boolean') return undefined;
  const text = (key: string) => cleanText(row[key]);
  return {
    name,
    usable,
    title: text('title'),
    licence: text('licence'),
    source: text('source'),
    problem: text('problem'),
    width: size(row['width']),
    height: size(row['height']),
    output: text('output'),
    crop: text('crop'),
  };
}

function size(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff ? Number(value) : 0;
}

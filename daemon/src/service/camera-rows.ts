/** Checks the list of cameras that a child has made. */
import { cleanText } from '../shared/clean-text.js';
import type { CameraRow } from './session/ports.js';

const MAX_ROWS = 100;
const MAX_SIZES = 100;

/** Rows that are not whole are left out; texts are cut to a length that fits a list. */
export function parseCameraRows(value: unknown): readonly CameraRow[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ROWS).flatMap((row: unknown) => parseRow(row) ?? []);
}

function parseRow(value: unknown): CameraRow | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const row = value as Readonly<Record<string, unknown>>;
  const id = cleanText(row['id']);
  const { usable, sizes } = row;
  if (id === '' || typeof usable !== 'boolean') return undefined;
  return {
    id,
    usable,
    name: cleanText(row['name']),
    path: cleanText(row['path']),
    problem: cleanText(row['problem']),
    sizes: Array.isArray(sizes) ? sizes.slice(0, MAX_SIZES).map(cleanText) : [],
  };
}

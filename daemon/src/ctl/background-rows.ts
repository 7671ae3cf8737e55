/** What ListBackgrounds says, for people. */
import { EXIT, Failure } from './failure.js';
import type { Painter } from './terminal.js';
import { duration, printable, wrap } from './text.js';

/** Keys that are not there are empty. */
export interface BackgroundRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly builtin: boolean;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly duration: number;
  readonly bytes: number;
  readonly problem: string;
}

const LABEL_WIDTH = 12;

export function readRow(record: unknown): BackgroundRow {
  const values: Readonly<Record<string, unknown>> =
    typeof record === 'object' && record !== null ? { ...record } : {};
  const text = (key: string) => (typeof values[key] === 'string' ? printable(String(values[key])) : '');
  const number = (key: string) => (typeof values[key] === 'number' ? Number(values[key]) : 0);
  return {
    id: text('id'),
    name: text('name'),
    kind: text('kind'),
    builtin: values['builtin'] === true,
    width: number('width'),
    height: number('height'),
    frames: number('frames'),
    duration: number('duration'),
    bytes: number('bytes'),
    problem: text('problem'),
  };
}

/** @throws Failure when there is none of this id */
export function findRow(records: readonly unknown[], id: string): unknown {
  const found = records.find((record) => readRow(record).id === id);
  if (found !== undefined) return found;
  const advice = 'See those that are there: backscrubctl background list';
  throw new Failure(EXIT.failed, `There is no background "${id}".`, advice);
}

/** One line for each background, the one in use marked. */
export function formatBackgrounds(rows: readonly BackgroundRow[], current: string, paint: Painter): string {
  if (rows.length === 0) return 'There are no backgrounds.\n';
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.flatMap((row) => {
    const mark = row.id === current ? '*' : ' ';
    const colour = row.id === current ? 'green' : row.problem === '' ? 'bold' : 'dim';
    const kind = row.kind === 'still' || row.kind === '' ? '' : ` (${row.kind})`;
    const first = `${mark} ${paint(colour, row.id.padEnd(width))}  ${row.name}${kind}`.trimEnd();
    return row.problem === '' ? [first] : [first, `${' '.repeat(width + 4)}${paint('red', row.problem)}`];
  });
  return `${lines.join('\n')}\n`;
}

/** What `background show` prints. */
export function formatBackground(row: BackgroundRow, paint: Painter, width: number): string {
  const rows: readonly (readonly [string, string])[] = [
    ['ID', row.id],
    ['Name', row.name],
    ['Kind', row.kind],
    ['Source', row.builtin ? 'built-in' : 'added'],
    ['Size', row.width > 0 ? `${row.width}x${row.height} pixels` : 'any'],
    ['Length', row.duration > 0 ? `${duration(row.duration)}, ${row.frames} frames` : ''],
    ['On disk', row.bytes > 0 ? `${(row.bytes / 1e6).toFixed(2)} MB` : ''],
    ['Problem', row.problem],
  ];
  const indent = ' '.repeat(LABEL_WIDTH);
  return rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => {
      const text = wrap(value, width, indent).slice(LABEL_WIDTH);
      return `${paint('bold', label)}${' '.repeat(LABEL_WIDTH - label.length)}${text}\n`;
    })
    .join('');
}

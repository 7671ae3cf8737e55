/** What ListBackgrounds says, for people. */
import { EXIT, Failure } from './failure.js';
import { rowOf } from './row.js';
import type { Painter } from './terminal.js';
import { duration, wrap } from './text.js';

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
  const row = rowOf(record);
  return {
    id: row.text('id'),
    name: row.text('name'),
    kind: row.text('kind'),
    builtin: row.flag('builtin'),
    width: row.number('width'),
    height: row.number('height'),
    frames: row.number('frames'),
    duration: row.number('duration'),
    bytes: row.number('bytes'),
    problem: row.text('problem'),
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

export type Paint = 'bold' | 'dim' | 'green' | 'yellow' | 'red';
/** Colours a piece of text, or gives it back as it is. */
export type Painter = (paint: Paint, text: string) => string;

/** Where backscrubctl writes. Tests put a recorder in its place. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** For `out`; plain unless that is a terminal and NO_COLOR is not set (no-color.org). */
  readonly paint: Painter;
  /** Columns to lay text out for. */
  readonly width: number;
  /** Whether `err` is a terminal, on which a progress bar can be redrawn. */
  readonly interactive: boolean;
}

/** SGR codes of ECMA-48, on and off. */
const CODES: Readonly<Record<Paint, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

export const plain: Painter = (_paint, text) => text;

export const coloured: Painter = (paint, text) => {
  const [on, off] = CODES[paint];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const noColour = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: stdout.isTTY && !noColour ? coloured : plain,
    width: Math.max(40, Math.min(stdout.isTTY ? stdout.columns : 80, 100)),
    interactive: stderr.isTTY && env['TERM'] !== 'dumb',
  };
}

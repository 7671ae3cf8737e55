/** Log lines to stderr. Under systemd each carries a priority prefix, see sd-daemon(3); elsewhere it is left out. */

const PRIORITIES = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 } as const;

export type LogLevel = keyof typeof PRIORITIES;

/** One line of text; line breaks inside it become blanks, so that nobody can forge a line of their own. */
export type Log = (level: LogLevel, text: string) => void;

/**
 * @param write takes finished lines
 * @param underSystemd whether stderr goes to the journal; systemd says so by JOURNAL_STREAM
 * @param debug whether lines of level debug are written
 */
export function createLog(
  write: (line: string) => void = (line) => process.stderr.write(line),
  underSystemd: boolean = process.env['JOURNAL_STREAM'] !== undefined,
  debug: boolean = process.env['BACKSCRUB_DEBUG'] !== undefined,
): Log {
  return (level, text) => {
    if (level === 'debug' && !debug) return;
    const prefix = underSystemd ? `<${PRIORITIES[level]}>` : level === 'info' ? '' : `${level}: `;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    write(`${prefix}${text.replace(/[\u0000-\u001f\u007f]+/g, ' ')}\n`);
  };
}

/** Exit statuses; the manual page and `--help` list them (EXIT_STATUSES of verbs/table.ts). */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** Ends backscrubctl with a status. `message` says what is wrong, `advice` (may be "") what to do next. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly advice = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Failure';
  }
}

export function usageFailure(message: string, verb?: string): Failure {
  const help = verb === undefined ? 'backscrubctl --help' : `backscrubctl ${verb} --help`;
  return new Failure(EXIT.usage, message, `Try: ${help}`);
}

/** The words of whatever was thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What `backscrubctl doctor` has to say about one thing. */

/** `skipped`: it could not be looked at, which is no fault; the text says why. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  /** Stable, for programs: `module`, `camera`, ... */
  readonly id: string;
  readonly verdict: Verdict;
  /** One sentence about what is. */
  readonly text: string;
  /** What to do about it, "" when there is nothing to do; commands stand on lines of their own. */
  readonly remedy: string;
}

export function ok(id: string, text: string): Finding {
  return { id, verdict: 'ok', text, remedy: '' };
}

export function skipped(id: string, text: string): Finding {
  return { id, verdict: 'skipped', text, remedy: '' };
}

export function warning(id: string, text: string, remedy: string): Finding {
  return { id, verdict: 'warning', text, remedy };
}

export function problem(id: string, text: string, remedy: string): Finding {
  return { id, verdict: 'problem', text, remedy };
}

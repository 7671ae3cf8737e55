/** How a change comes to hold while engines start and end. */
import { EngineGone } from './engine-link.js';

export interface EngineState {
  /** Whether an engine is there to be told. */
  readonly engineTakesChanges: boolean;
  /** Whether its answer can be believed: one that is still loading has nothing to try a file with. */
  readonly engineChecks: boolean;
}

/**
 * Has a change tried by the running engine, or else by a check. An engine may start or end meanwhile: what counts is that the
 * last word was a yes to this change.
 *
 * @param check undefined when nothing about the change can be wrong
 * @param apply tells the engine. @throws EngineGone when it ends before it answers
 */
export async function settle(
  engine: EngineState,
  check: (() => Promise<void>) | undefined,
  apply: () => Promise<void>,
): Promise<void> {
  let checked = check === undefined;
  for (;;) {
    if (!checked && !engine.engineChecks) {
      await check?.();
      checked = true;
    } else if (engine.engineTakesChanges) {
      try {
        await apply();
        return;
      } catch (error) {
        if (!(error instanceof EngineGone)) throw error;
      }
    } else {
      return;
    }
  }
}

/** Enough to recognise it, not enough to fill a log. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

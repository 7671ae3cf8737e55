import type { BusState } from './bus-state.js';
import { errorSubtitle } from './labels.js';
import { fill, type Translate } from './words.js';

export interface Notice {
  readonly title: string;
  /** The service's sentence with the remedy. */
  readonly body: string;
}

/**
 * Decides when a notification is due: once for each error, again only after things worked in between. A camera that is
 * pulled out and a service that tries again and again must not fill the screen.
 */
export class Notices {
  private shown: string | undefined;

  /** @returns a notice to show, `withdraw` when the shown one is settled, undefined when nothing is to do */
  next(state: BusState, _: Translate): Notice | 'withdraw' | undefined {
    const { State: now, LastError: error } = state.properties;
    const [name = '', body = ''] = error ?? [];
    if (now !== 'failed' || body === '') {
      // While it starts again nothing is settled: the same error may follow.
      const settled = !state.running || now === 'running' || now === 'idle' || now === 'stopped';
      if (this.shown === undefined || !settled) return undefined;
      this.shown = undefined;
      return 'withdraw';
    }
    const key = `${name} ${body}`;
    if (key === this.shown) return undefined;
    this.shown = key;
    return { title: fill(_('Backscrub: %s'), errorSubtitle(name, _)), body };
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import { errorText, isCancelled } from '../bus/call.js';
import type { Service } from '../bus/service.js';
import type { BackscrubProxy } from '../generated/proxy.js';
import type { BusState } from '../view/bus-state.js';
import { THUMBNAILS_AT_ONCE, Turns } from '../view/turns.js';

export type Step<Result> = (proxy: BackscrubProxy, cancellable: Gio.Cancellable) => Promise<Result>;

/** What the pages do with the service; failures are shown in the service's own words. */
export class Control {
  readonly thumbnails = new Turns(THUMBNAILS_AT_ONCE);

  constructor(
    readonly service: Service,
    readonly window: Adw.PreferencesWindow,
    /** Shows again what holds, after a control has moved for a change that was refused. */
    private readonly restore: () => void,
  ) {}

  get state(): BusState {
    return this.service.state;
  }

  has(method: string): boolean {
    return this.state.methods.has(method);
  }

  /** @returns what the step returned, or undefined when it failed */
  async attempt<Result>(step: Step<Result>): Promise<Result | undefined> {
    const { proxy, cancellable } = this.service;
    if (proxy === undefined || cancellable.is_cancelled()) return undefined;
    try {
      return await step(proxy, cancellable);
    } catch (error) {
      if (isCancelled(error) || cancellable.is_cancelled()) return undefined;
      this.toast(errorText(error));
      this.restore();
      return undefined;
    }
  }

  toast(title: string): void {
    // Names and paths may hold what Pango takes for markup.
    this.window.add_toast(new Adw.Toast({ title, use_markup: false, timeout: 8 }));
  }
}

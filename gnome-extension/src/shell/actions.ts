import { errorText, isCancelled } from '../bus/call.js';
import type { Service } from '../bus/service.js';
import type { BackscrubProxy } from '../generated/proxy.js';
import { switchedEffects } from '../view/menu.js';

/** What people can do in the menu and with the keyboard. Whatever fails is told in the service's own words. */
export class Actions {
  constructor(
    private readonly service: Service,
    /** Also shows again what holds, since a switch has moved already. */
    private readonly failed: (text: string) => void,
  ) {}

  toggle(): void {
    const on = this.service.state.running && this.service.state.properties.State !== 'stopped';
    this.run((proxy, cancellable) => (on ? proxy.Stop(cancellable) : proxy.Start(cancellable)));
  }

  /** Only ever off. A service that does not run shows no room either and is not started for this. */
  hide(): void {
    if (this.service.state.running) this.run((proxy, cancellable) => proxy.Stop(cancellable));
  }

  setMode(mode: string): void {
    this.run((proxy, cancellable) => proxy.SetMode(mode, cancellable));
  }

  setBackground(background: string): void {
    this.run((proxy, cancellable) => proxy.SetBackground(background, cancellable));
  }

  setCamera(camera: string): void {
    this.run(async (proxy, cancellable) => {
      await proxy.SetCamera(camera, cancellable);
      // Only the list says which one was chosen.
      await this.service.refresh('with-cameras');
    });
  }

  switchEffect(effect: string, on: boolean): void {
    const { AvailableEffects: available = [], Effects: current = [] } = this.service.state.properties;
    const effects = switchedEffects(available, current, effect, on);
    this.run((proxy, cancellable) => proxy.SetEffects(effects, cancellable));
  }

  async setBlur(strength: number): Promise<void> {
    await this.attempt((proxy, cancellable) => proxy.setBlurStrength(strength, cancellable));
  }

  private run(step: (proxy: BackscrubProxy, cancellable: Service['cancellable']) => Promise<void>): void {
    void this.attempt(step);
  }

  private async attempt(
    step: (proxy: BackscrubProxy, cancellable: Service['cancellable']) => Promise<void>,
  ): Promise<void> {
    const { proxy, cancellable } = this.service;
    if (proxy === undefined || cancellable.is_cancelled()) return;
    try {
      await step(proxy, cancellable);
    } catch (error) {
      if (!isCancelled(error) && !cancellable.is_cancelled()) this.failed(errorText(error));
    }
  }
}

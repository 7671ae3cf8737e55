import type Gio from 'gi://Gio';
import Polkit from 'gi://Polkit';

/**
 * Whether polkit lets this user do something, kept up to date. Undefined while that is not known; the service decides
 * then, as it does in the end anyway.
 */
export class Permission {
  private permission: Polkit.Permission | undefined;
  private handler = 0;

  constructor(private readonly changed: () => void) {}

  /** Asks polkit. An action that polkit does not know, or no polkit at all, leaves the answer open. */
  async start(action: string, cancellable: Gio.Cancellable): Promise<void> {
    const permission = await new Promise<Polkit.Permission | undefined>((resolve) => {
      // Called with a callback, since only some versions of the shell turn this function into a promise.
      Polkit.Permission['new'](action, null, cancellable, (_source, result) => {
        try {
          resolve(Polkit.Permission.new_finish(result) as Polkit.Permission);
        } catch {
          resolve(undefined);
        }
      });
    });
    if (permission === undefined || cancellable.is_cancelled()) return;
    this.permission = permission;
    this.handler = permission.connect('notify', () => this.changed());
    this.changed();
  }

  /** True also for those who first have to type a password. */
  get allowed(): boolean | undefined {
    return this.permission && (this.permission.allowed || this.permission.can_acquire);
  }

  stop(): void {
    this.permission?.disconnect(this.handler);
    this.permission = undefined;
  }
}

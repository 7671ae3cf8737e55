import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

export interface BusCall {
  readonly name: string;
  readonly path: string;
  readonly interface: string;
  readonly method: string;
  readonly parameters: GLib.Variant | null;
  /** Questions must not start a service or ask for a password; what people click may do both. */
  readonly quiet?: boolean;
}

/** Longer than the service ever takes to load a model; shorter than anybody waits. */
const TIMEOUT_MS = 60_000;

/** One asynchronous method call. Works whether or not somebody has turned Gio's own functions into promises. */
export function callBus(
  connection: Gio.DBusConnection,
  call: BusCall,
  cancellable: Gio.Cancellable | null,
): Promise<GLib.Variant> {
  const flags = call.quiet
    ? Gio.DBusCallFlags.NO_AUTO_START
    : Gio.DBusCallFlags.ALLOW_INTERACTIVE_AUTHORIZATION;
  return new Promise((resolve, reject) => {
    connection.call(
      call.name,
      call.path,
      call.interface,
      call.method,
      call.parameters,
      null,
      flags,
      TIMEOUT_MS,
      cancellable,
      (_source, result) => {
        try {
          resolve(connection.call_finish(result));
        } catch (error) {
          reject(error);
        }
      },
    );
  });
}

/** Whether `error` only says that we stopped wanting the answer. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Gio.IOErrorEnum && error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED);
}

/** The service's own words, without the name of the error before them. */
export function errorText(error: unknown): string {
  // GLib's errors are no instances of Error.
  const message = error instanceof GLib.Error || error instanceof Error ? error.message : String(error);
  return message.replace(/^GDBus\.Error:[\w.-]+: /, '');
}

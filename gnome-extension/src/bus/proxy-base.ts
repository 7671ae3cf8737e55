import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import { BUS_NAME, INTERFACE, OBJECT_PATH, PROPERTIES_INTERFACE } from '../view/names.js';
import { callBus } from './call.js';

/** Methods that only tell something. On its way out, the service must not be called back for an answer. */
const QUESTION = /^(Get|List)/;

/** What the generated proxy stands on: calls that people asked for, and the properties that Gio keeps up to date. */
export class ProxyBase {
  constructor(private readonly proxy: Gio.DBusProxy) {}

  /** Starts the service when it does not run, and may ask the user for a password, unless it is only a question. */
  protected call(
    method: string,
    parameters: GLib.Variant | null,
    cancellable: Gio.Cancellable | null,
  ): Promise<GLib.Variant> {
    return callBus(
      this.proxy.get_connection(),
      {
        name: BUS_NAME,
        path: OBJECT_PATH,
        interface: INTERFACE,
        method,
        parameters,
        quiet: QUESTION.test(method),
      },
      cancellable,
    );
  }

  protected async write(
    property: string,
    value: GLib.Variant,
    cancellable: Gio.Cancellable | null,
  ): Promise<void> {
    const parameters = new GLib.Variant('(ssv)', [INTERFACE, property, value]);
    await callBus(
      this.proxy.get_connection(),
      { name: BUS_NAME, path: OBJECT_PATH, interface: PROPERTIES_INTERFACE, method: 'Set', parameters },
      cancellable,
    );
  }

  protected cached<Value>(property: string): Value | undefined {
    return this.proxy.get_cached_property(property)?.recursiveUnpack<Value>() ?? undefined;
  }
}

/** The values of a reply. The types come from the contract; a service that breaks it is not one of ours. */
export function unpack<Values>(reply: GLib.Variant): Values {
  return reply.recursiveUnpack<Values>();
}

export function first<Value>(reply: GLib.Variant): Value {
  return reply.get_child_value(0).recursiveUnpack<Value>();
}

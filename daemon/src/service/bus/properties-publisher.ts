/** Tells about changed properties, all that changed together in one PropertiesChanged. */
import { isDeepStrictEqual } from 'node:util';
import { PROPERTIES, type PropertyName, type PropertyValues } from '../../generated/contract.js';
import { INTERFACE, OBJECT_PATH } from '../../shared/names.js';
import { PROPERTY_NAMES, variantOf } from './dispatcher.js';
import type { Signal } from './message.js';
import { PROPERTIES_INTERFACE } from './standard-interfaces.js';

export class PropertiesPublisher {
  readonly #read: () => PropertyValues;
  readonly #emit: (signal: Signal) => void;
  #told: PropertyValues;
  #pending = false;

  /** @param emit throws when there is something in the signal that the bus does not carry, and has the log say so */
  constructor(read: () => PropertyValues, emit: (signal: Signal) => void) {
    this.#read = read;
    this.#emit = emit;
    this.#told = read();
  }

  /** Something may have changed: told when the events at hand are through, so that what belongs together goes together. */
  schedule(): void {
    if (this.#pending) return;
    this.#pending = true;
    setImmediate(() => this.flush());
  }

  /** Tells now what there is to tell. */
  flush(): void {
    this.#pending = false;
    const values = this.#read();
    const changed = PROPERTY_NAMES.filter(
      (name) => PROPERTIES[name].emits === 'true' && !isDeepStrictEqual(values[name], this.#told[name]),
    );
    this.#told = values;
    if (changed.length === 0 || this.#send(changed, values) || changed.length === 1) return;
    // One of them cannot be told; the others are.
    for (const name of changed) this.#send([name], values);
  }

  /** @returns whether they could be told */
  #send(changed: readonly PropertyName[], values: PropertyValues): boolean {
    const dictionary = Object.fromEntries(changed.map((name) => [name, variantOf(name, values[name])]));
    const signal: Signal = {
      path: OBJECT_PATH,
      interface: PROPERTIES_INTERFACE,
      member: 'PropertiesChanged',
      signature: 'sa{sv}as',
      body: [INTERFACE, dictionary, []],
    };
    try {
      this.#emit(signal);
      return true;
    } catch {
      return false;
    }
  }
}

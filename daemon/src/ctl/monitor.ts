import { isDeepStrictEqual } from 'node:util';
import type { PropertyName, PropertyValues } from '../generated/contract.js';
import { PROPERTIES } from '../generated/contract.js';
import { messageOf } from './failure.js';
import type { Terminal } from './terminal.js';
import { printable } from './text.js';
import { isPropertyName, jsonValue } from './values.js';
import type { Watcher } from './watch.js';

/** Prints a line for each property that is not what it was the last time. */
export class Monitor implements Watcher {
  readonly #last = new Map<PropertyName, unknown>();
  #there: boolean | undefined;

  /** @param now the clock of the time stamps */
  constructor(
    readonly terminal: Terminal,
    readonly json: boolean,
    readonly now: () => Date = () => new Date(),
  ) {}

  snapshot(values: Partial<PropertyValues>): void {
    if (this.#there !== true) this.#presence(true);
    this.changed(values);
  }

  changed(values: Partial<PropertyValues>): void {
    for (const [name, value] of Object.entries(values)) {
      if (!isPropertyName(name) || PROPERTIES[name].emits === 'false') continue;
      const shown = jsonValue(name, value);
      if (this.#last.has(name) && isDeepStrictEqual(this.#last.get(name), shown)) continue;
      this.#last.set(name, shown);
      this.#print({ property: name, value: shown }, `${this.terminal.paint('bold', name)}: ${words(shown)}`);
    }
  }

  vanished(): void {
    this.#presence(false);
  }

  trouble(error: unknown): void {
    this.terminal.err(`backscrubctl: ${printable(messageOf(error))}\n`);
  }

  #presence(there: boolean): void {
    this.#there = there;
    const text = there ? 'the service is running' : 'the service is not running; waiting for it';
    this.#print({ service: there }, this.terminal.paint(there ? 'green' : 'yellow', text));
  }

  #print(record: Record<string, unknown>, text: string): void {
    const time = this.now();
    if (this.json) this.terminal.out(`${JSON.stringify({ time: time.toISOString(), ...record })}\n`);
    else this.terminal.out(`${this.terminal.paint('dim', clock(time))} ${text}\n`);
  }
}

function clock(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
}

function words(value: unknown): string {
  if (value === null) return 'none';
  if (value === '') return '""';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).map(printable).join(', ');
  if (typeof value === 'object' && 'name' in value && 'text' in value) {
    return printable(`${String(value.text)} (${String(value.name)})`);
  }
  return printable(String(value));
}

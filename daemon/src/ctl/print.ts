/** One answer of a verb, as text or as JSON. */
import type { Terminal } from './terminal.js';
import { printable } from './text.js';

export function print(
  terminal: Terminal,
  line: { readonly json: boolean },
  json: object,
  text: string,
): void {
  if (line.json) printJson(terminal, json);
  else terminal.out(`${printable(text)}\n`);
}

/** Indented: people read it too, and programs do not care. */
export function printJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

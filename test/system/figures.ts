/** The measured values of a run, kept in test/system/output/figures.txt and shown at its end. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT } from './guest.js';

export function figure(what: string, value: string): void {
  appendFileSync(join(OUTPUT, 'figures.txt'), `${what}: ${value}\n`);
}

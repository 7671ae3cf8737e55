import { resolve } from 'node:path';

/** What is no file: a colour, a gradient, a built-in or an imported one. */
const NAMED = /^(?:(?:color|gradient|builtin):|[0-9a-f]{32}$)/i;

/** Names of backgrounds stay; anything else is a file, whose name must mean the same in another directory. */
export function absoluteBackground(background: string, directory: string): string {
  return NAMED.test(background) ? background.toLowerCase() : resolve(directory, background);
}

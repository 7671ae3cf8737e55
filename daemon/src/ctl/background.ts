import { resolve } from 'node:path';

/** `color:#rrggbb` stays; anything else is a file, whose name must mean the same in another directory. */
export function absoluteBackground(background: string, directory: string): string {
  return background.toLowerCase().startsWith('color:')
    ? background.toLowerCase()
    : resolve(directory, background);
}

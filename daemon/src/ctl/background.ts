import { resolve } from 'node:path';
import { isBackgroundId } from '../shared/stored-background.js';

/** Colours and ids stay; anything else is a file, whose name must mean the same in another directory. */
export function absoluteBackground(background: string, directory: string): string {
  const lower = background.toLowerCase();
  if (/^(color|gradient|builtin):/.test(lower)) return lower;
  return isBackgroundId(background) ? background : resolve(directory, background);
}

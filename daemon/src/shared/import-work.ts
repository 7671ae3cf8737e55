/**
 * What the service and the process that decodes for it say to each other. `import-main.js import FOLDER X Y` reads `input` in
 * the folder and writes `picture` and `thumbnail`; `import-main.js thumbnail FOLDER BACKGROUND WIDTH` writes `thumbnail`.
 * The answer is one line of JSON: {"ok":true,...} or {"ok":false,"error":{code,message}}.
 */
import { BACKGROUND_KINDS, parseFocus, type StoredBackground } from './stored-background.js';

export const WORK_FILES = { input: 'input', picture: 'picture', thumbnail: 'thumbnail' } as const;

/** What is known of an imported picture. */
export type ImportAnswer = Pick<
  StoredBackground,
  'kind' | 'format' | 'width' | 'height' | 'frames' | 'duration' | 'focus'
>;

/** Checks what the process says: it decodes hostile files. @returns undefined when it is not a whole answer */
export function parseImportAnswer(value: Readonly<Record<string, unknown>>): ImportAnswer | undefined {
  const { format, width, height, frames, duration } = value;
  const kind = BACKGROUND_KINDS.find((known) => known === value['kind']);
  const isCount = (number: unknown, most: number): number is number =>
    Number.isSafeInteger(number) && Number(number) >= 1 && Number(number) <= most;
  if (kind === undefined || typeof format !== 'string' || !/^[a-z0-9]{1,16}$/.test(format)) return undefined;
  if (!isCount(width, 16_384) || !isCount(height, 16_384) || !isCount(frames, 1e9)) return undefined;
  if (typeof duration !== 'number' || !(duration >= 0 && duration < 1e6)) return undefined;
  try {
    return { kind, format, width, height, frames, duration, focus: parseFocus(value['focus']) };
  } catch {
    return undefined;
  }
}

/** The stages of a frame, in the order of its way. */
export const STAGES = [
  'capture',
  'input',
  'inference',
  'matte',
  'background',
  'effects',
  'compose',
  'output',
] as const;
export const STAGE = Object.fromEntries(STAGES.map((name, index) => [name, index])) as Record<
  (typeof STAGES)[number],
  number
>;

/** What the modes do, for people. */
export const MODE_MEANINGS =
  'Modes: blur (the room is blurred), replace (the background is put behind you), mask (the matte itself: you are white, ' +
  'the rest is black) and passthrough (the room is shown as it is, until you leave it; it is never remembered).';

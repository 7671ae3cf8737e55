/** What shows the room as the camera sees it. The only place that decides it, for the service and for the engine. */
import type { Look } from './protocol.js';

/** Whether this look shows the room: mode `passthrough`, and `blur` with strength 0. Every other look hides it. */
export function revealsRoom({ mode, blurStrength }: Pick<Look, 'mode' | 'blurStrength'>): boolean {
  return mode === 'passthrough' || (mode === 'blur' && blurStrength === 0);
}

/** How the drawn person sits in one frame. All values are small numbers around 0, so that 0 everywhere is a still portrait. */
export interface Pose {
  /** Sideways movement of the body in canvas units (1280 across). */
  readonly sway: number;
  /** Lean of the body and tilt of the head in degrees. */
  readonly lean: number;
  readonly tilt: number;
  /** Turn of the head to the side, -1 to 1. */
  readonly turn: number;
  /** Nod, -1 (up) to 1 (down). */
  readonly nod: number;
  /** How far the eyes are closed, 0 to 1. */
  readonly blink: number;
  /** How far the hand is raised, 0 (out of the picture) to 1. */
  readonly hand: number;
  /** Wave of the raised hand in degrees. */
  readonly wave: number;
}

/** Different poses; they are played forwards, then backwards, so that the loop has no jump. */
export const POSE_COUNT = 90;

/** The pose that frame `frameNumber` shows, 0 to POSE_COUNT - 1. */
export function poseIndex(frameNumber: number): number {
  const period = 2 * (POSE_COUNT - 1);
  const phase = ((frameNumber % period) + period) % period;
  return phase < POSE_COUNT ? phase : period - phase;
}

function smoothStep(from: number, to: number, at: number): number {
  const x = Math.min(1, Math.max(0, (at - from) / (to - from)));
  return x * x * (3 - 2 * x);
}

/** A pose by its index; times below are in frames at 30 per second. */
export function poseAt(index: number): Pose {
  const turn = (period: number, phase = 0): number => Math.sin(((index - phase) / period) * 2 * Math.PI);
  const blinkAt = (centre: number): number => Math.max(0, 1 - Math.abs(index - centre) / 3);
  return {
    sway: 16 * turn(120),
    lean: 0.9 * turn(120, 8),
    tilt: 2.6 * turn(95, 15),
    turn: 0.8 * turn(110, 30),
    nod: index < 45 ? 0.9 * turn(30) * smoothStep(0, 12, index) * (1 - smoothStep(33, 45, index)) : 0,
    blink: Math.max(blinkAt(20), blinkAt(58)),
    hand: smoothStep(46, 76, index),
    wave: 4 * turn(18) * smoothStep(66, 80, index),
  };
}

/** Every D-Bus name, environment variable and path that more than one room uses. */

export const BUS_NAME = 'org.backscrub';
export const OBJECT_PATH = '/org/backscrub';
export const INTERFACE = 'org.backscrub';

/** The card label that applications show for the virtual camera. */
export const CARD_LABEL = 'Backscrub';

export const MODES = ['passthrough', 'blur', 'replace', 'mask'] as const;
/** What happens to the pixels behind the person; see SetMode in dbus/org.backscrub.xml. */
export type Mode = (typeof MODES)[number];

/** What SetEffects takes, in the order in which it is offered; native/src/effects/table.h, which a test compares. */
export const EFFECTS = [
  'hologram',
  'mirror',
  'flip',
  'grayscale',
  'desaturate-background',
  'vignette',
  'brighten',
  'blur-background',
  'light-wrap',
] as const;
export type EffectName = (typeof EFFECTS)[number];

export const STATES = ['stopped', 'idle', 'starting', 'running', 'suspended', 'failed'] as const;
export type State = (typeof STATES)[number];

/** A new user sees a blurred room, never the room itself. */
export const DEFAULT_MODE = 'blur' satisfies Mode;
export const DEFAULT_BLUR_STRENGTH = 50;
/** Milliseconds; long enough to be pleasant, short enough not to wait for. */
export const DEFAULT_CROSS_FADE = 200;
export const DEFAULT_BACKGROUND = 'color:#2e3436';
export const DEFAULT_MODEL = 'selfie_segmentation';

/** Descriptor number under which a child of the service finds the virtual camera (after stdin, stdout, stderr, IPC). */
export const ENGINE_OUTPUT_FD = 4;

export function isMode(value: string): value is Mode {
  return (MODES as readonly string[]).includes(value);
}

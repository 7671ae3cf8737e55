import { binding } from './binding.js';
import { Frame } from './frame.js';

/**
 * A frame that may stand behind somebody. No camera's picture gets into one: it takes the bytes of files, other backdrops, a blurred
 * room (strength 1 and more) and a matte; whatever else writes into frames refuses it with a TypeError.
 */
export class Backdrop extends Frame {
  /** Makes it another type than Frame, whose methods it shares. */
  declare readonly isBackdrop: true;
}

// The addon looks whether a frame is of this class.
(binding as { setBackdrop(backdropClass: typeof Backdrop): void }).setBackdrop(Backdrop);

import Pango from 'gi://Pango';
import St from 'gi://St';
import { scaleFactor } from './compat.js';

/** How wide the menu is before it has been seen, in logical pixels. */
const WIDTH = 316;

/** The service's sentence about what is wrong, in as many lines as it takes. */
export class ProblemLabel {
  readonly label = new St.Label({ style_class: 'backscrub-problem', visible: false, x_expand: true });

  constructor() {
    this.label.clutter_text.line_wrap = true;
    this.label.clutter_text.ellipsize = Pango.EllipsizeMode.NONE;
  }

  show(text: string | undefined): void {
    this.label.visible = text !== undefined;
    if (this.label.text === (text ?? '')) return;
    this.label.text = text ?? '';
    this.fit();
  }

  /** Quick settings ask the menu how high it is without a width, and make room for one line, whatever it becomes. */
  fit(): void {
    if (this.label.text === '' || this.label.get_stage() === null) return;
    const width = this.label.has_allocation() ? this.label.width : WIDTH * scaleFactor();
    this.label.height = -1;
    const [, height] = this.label.get_preferred_height(width);
    this.label.height = height;
  }
}

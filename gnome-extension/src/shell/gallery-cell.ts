import Atk from 'gi://Atk';
import Clutter from 'gi://Clutter';
import St from 'gi://St';
import type { GalleryChoice } from '../view/menu.js';
import { scaleFactor } from './compat.js';

/** Of a picture, in logical pixels. */
const WIDTH = 71;
const HEIGHT = 40;

export interface CellActions {
  chosen(id: string): void;
  focused(button: St.Button): void;
  /** What to show of a background, or undefined when there is no picture of it. */
  picture(choice: GalleryChoice): Promise<Clutter.Content | undefined>;
}

/** One background as a button. It may come to show another one, so that a changed list needs no new actors. */
export class GalleryCell {
  readonly button: St.Button;
  /** No widget: a style for each would make the menu open slowly. */
  private readonly picture = new Clutter.Actor({
    layout_manager: new Clutter.BinLayout(),
    width: WIDTH * scaleFactor(),
    height: HEIGHT * scaleFactor(),
    x_align: Clutter.ActorAlign.CENTER,
  });
  private choice: GalleryChoice | undefined;

  constructor(private readonly actions: CellActions) {
    this.button = new St.Button({
      style_class: 'backscrub-cell',
      child: this.picture,
      accessible_role: Atk.Role.RADIO_BUTTON,
      can_focus: true,
      x_expand: true,
    });
    this.button.connect('clicked', () => {
      if (this.choice !== undefined) actions.chosen(this.choice.id);
    });
    // St.Button alone does not move the focus by arrow keys.
    this.button.connect('key-press-event', (_button: unknown, event: Clutter.Event) =>
      global.focus_manager.navigate_from_event(event),
    );
    this.button.connect('key-focus-in', () => actions.focused(this.button));
  }

  show(choice: GalleryChoice): void {
    const before = this.choice;
    this.choice = choice;
    if (before?.accessibleName !== choice.accessibleName) this.button.accessible_name = choice.accessibleName;
    if (before?.selected !== choice.selected) this.button.checked = choice.selected;
    if (before?.id !== choice.id) void this.showPicture(choice);
  }

  /** @param mark the one mark of the gallery */
  takeMark(mark: St.Icon): void {
    mark.get_parent()?.remove_child(mark);
    this.picture.add_child(mark);
  }

  private async showPicture(choice: GalleryChoice): Promise<void> {
    this.picture.set_content(null);
    const content = await this.actions.picture(choice);
    // The cell may be gone, or show another background, by the time the picture is there.
    if (content !== undefined && this.choice?.id === choice.id) this.picture.set_content(content);
  }

  /** What is still on its way finds nothing to paint on. */
  release(): void {
    this.choice = undefined;
  }

  destroy(): void {
    this.release();
    this.button.destroy();
  }
}

import Clutter from 'gi://Clutter';
import St from 'gi://St';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import { Slider } from 'resource:///org/gnome/shell/ui/slider.js';

const ICON = 'view-conceal-symbolic';

/** A slider from 0 to 100 as an item of a menu. `changed` is called for what the user does, not for `setValue`. */
export class BlurItem {
  readonly item = new PopupMenu.PopupBaseMenuItem({ activate: false, style_class: 'backscrub-blur' });
  private readonly slider = new Slider(0);
  private readonly handler: number;

  constructor(accessibleName: string, changed: (value: number) => void) {
    this.item.add_child(new St.Icon({ icon_name: ICON, style_class: 'popup-menu-icon' }));
    this.slider.accessible_name = accessibleName;
    this.slider.x_expand = true;
    this.item.add_child(this.slider);
    this.item.label_actor = this.slider;
    this.handler = this.slider.connect('notify::value', () => changed(Math.round(this.slider.value * 100)));
    this.item.connect('key-press-event', (_item: unknown, event: Clutter.Event) => {
      const key = event.get_key_symbol();
      if (key !== Clutter.KEY_Left && key !== Clutter.KEY_Right) return Clutter.EVENT_PROPAGATE;
      return this.slider.vfunc_key_press_event(event);
    });
  }

  setValue(value: number): void {
    if (Math.round(this.slider.value * 100) === value) return;
    this.slider.block_signal_handler(this.handler);
    this.slider.value = value / 100;
    this.slider.unblock_signal_handler(this.handler);
  }
}

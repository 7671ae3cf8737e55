import type St from 'gi://St';
import { SystemIndicator } from 'resource:///org/gnome/shell/ui/quickSettings.js';
import type { IndicatorView } from '../view/indicator.js';

/** The icon in the panel. */
export class Indicator {
  readonly indicator = new SystemIndicator();
  private readonly icon: St.Icon;

  constructor() {
    this.icon = this.indicator._addIndicator();
    this.icon.visible = false;
  }

  show(view: IndicatorView): void {
    this.icon.visible = view.visible;
    this.icon.icon_name = view.iconName;
    this.icon.accessible_name = view.accessibleName;
    if (view.failed) this.icon.add_style_class_name('backscrub-failed');
    else this.icon.remove_style_class_name('backscrub-failed');
  }

  destroy(): void {
    this.indicator.destroy();
  }
}

import type Clutter from 'gi://Clutter';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import type { QuickMenuToggle } from 'resource:///org/gnome/shell/ui/quickSettings.js';
import { quickSettingsActor, scaleFactor, type ToggleMenu } from './compat.js';
import type { TileMenu } from './tile-menu.js';

/** What stays free below the menu, in logical pixels: the padding of quick settings and a little air. */
const MARGIN = 30;

/** Whether an actor is hidden, or the layout has given it its place; what was just shown has none until the next frame. */
export function isSettled(actor: Clutter.Actor): boolean {
  return !actor.mapped || isPlaced(actor);
}

function isPlaced(actor: Clutter.Actor): boolean {
  const [, top] = actor.get_transformed_position();
  return Number.isFinite(top);
}

/**
 * Has the menu of a tile ready before it is opened: as high as the screen allows, and its styles and sizes worked out.
 * Quick settings come first. The menu's style is another one when theirs is, which changes with the focus of the
 * keyboard, for example when another menu in them opens or closes.
 */
export class MenuReadiness {
  private readonly quickSettings = quickSettingsActor();
  private readonly restyled: number;
  private preparesSoon = false;
  private waitsForPlace = 0;

  constructor(
    private readonly toggle: QuickMenuToggle,
    private readonly shellMenu: ToggleMenu,
    private readonly menu: TileMenu,
  ) {
    this.expectFocus();
    shellMenu.connect('menu-closed', () => {
      this.expectFocus();
      this.prepareSoon();
    });
    toggle.connect('notify::mapped', () => this.prepareSoon());
    this.restyled = this.quickSettings.connect('style-changed', () => {
      if (toggle.mapped) this.prepareSoon();
    });
  }

  /** Keeps the menu on a small screen: what is too long scrolls. */
  fitScreen(): void {
    const { toggle, shellMenu } = this;
    if (!isPlaced(toggle)) return;
    const area = Main.layoutManager.getWorkAreaForMonitor(Main.layoutManager.findIndexForActor(toggle));
    const [, top] = toggle.get_transformed_position();
    const room = (area.y + area.height - top - toggle.height) / scaleFactor() - MARGIN;
    const style = `max-height: ${Math.max(Math.floor(room), 200)}px;`;
    // A new style makes the shell work out that of every item again.
    if (shellMenu.actor.style !== style) shellMenu.actor.style = style;
  }

  /** What the tile has connected to itself ends with it. */
  stop(): void {
    this.quickSettings.disconnect(this.restyled);
  }

  /** An open menu has the focus of the keyboard, which is another style for all in it: to be worked out before, too. */
  private expectFocus(): void {
    this.shellMenu.actor.add_style_pseudo_class('focus');
  }

  private prepareSoon(): void {
    if (this.preparesSoon) return;
    this.preparesSoon = true;
    this.menu.soon(() => {
      this.preparesSoon = false;
      this.prepare();
    });
  }

  private prepare(): void {
    if (!isSettled(this.toggle)) {
      this.awaitPlace();
      return;
    }
    if (this.toggle.mapped) this.fitScreen();
    this.menu.prepare();
  }

  /** A shell that has time before its next frame comes here before the layout, which happens with the frame. */
  private awaitPlace(): void {
    if (this.waitsForPlace !== 0) return;
    this.waitsForPlace = this.toggle.connect('notify::allocation', () => {
      this.toggle.disconnect(this.waitsForPlace);
      this.waitsForPlace = 0;
      this.prepareSoon();
    });
  }
}

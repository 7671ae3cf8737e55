import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import type { Service } from '../bus/service.js';
import { ICON, tileView } from '../view/tile.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { makeToggle, nameArrow, scaleFactor, setContentsReactive, toggleMenu } from './compat.js';
import { TileMenu } from './tile-menu.js';

/** Product names are not translated. */
const TITLE = 'Backscrub';

/** What stays free below the menu, in logical pixels: the padding of quick settings and a little air. */
const MARGIN = 30;

/** The tile in quick settings with its menu. */
export class Tile {
  readonly toggle = makeToggle(TITLE, ICON);
  private readonly shellMenu = toggleMenu(this.toggle);
  private readonly menu: TileMenu;
  private waitsForPlace = 0;

  constructor(
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const { toggle } = this;
    nameArrow(toggle, translate('Open Backscrub menu'));
    this.menu = new TileMenu(toggle.menu, this.shellMenu.actor, service, actions, translate, openPreferences);
    this.shellMenu.connect('open-state-changed', (_menu, open) => {
      if (!open) return;
      this.fitScreen();
      this.menu.opened();
    });
    // Quick settings come first: what the menu needs is ready before it is wanted. They have another style while they
    // are open, and the menu in them.
    toggle.connect('notify::mapped', () => this.menu.soon(() => this.prepare()));
    toggle.connect('clicked', () => {
      if (toggle.reactive) actions.toggle();
    });
    this.sync();
  }

  sync(): void {
    const { visible, reactive, checked, subtitle, iconName, hasMenu } = tileView(
      this.service.state,
      this.translate,
    );
    this.toggle.set({ visible, reactive, checked, subtitle, icon_name: iconName, menu_enabled: hasMenu });
    setContentsReactive(this.toggle, reactive);
    this.shellMenu.setHeader(iconName, TITLE, subtitle ?? '');
    this.menu.sync();
  }

  private prepare(): void {
    if (this.toggle.mapped && !this.fitScreen()) this.awaitPlace();
    this.menu.prepare();
  }

  /** A shell that has time before its next frame comes here before the layout, which happens with the frame. */
  private awaitPlace(): void {
    if (this.waitsForPlace !== 0) return;
    this.waitsForPlace = this.toggle.connect('notify::allocation', () => {
      this.toggle.disconnect(this.waitsForPlace);
      this.waitsForPlace = 0;
      this.menu.soon(() => this.prepare());
    });
  }

  /** Keeps the menu on a small screen: what is too long scrolls. @returns whether the tile has a place to judge by */
  private fitScreen(): boolean {
    const { toggle } = this;
    const area = Main.layoutManager.getWorkAreaForMonitor(Main.layoutManager.findIndexForActor(toggle));
    const [, top] = toggle.get_transformed_position();
    if (!Number.isFinite(top)) return false;
    const room = (area.y + area.height - top - toggle.height) / scaleFactor() - MARGIN;
    const style = `max-height: ${Math.max(Math.floor(room), 200)}px;`;
    // A new style makes the shell work out that of every item again.
    if (this.shellMenu.actor.style !== style) this.shellMenu.actor.style = style;
    return true;
  }

  destroy(): void {
    this.menu.stop();
    // The shell puts the menu beside the tile and leaves it there.
    this.shellMenu.destroy();
    this.toggle.destroy();
  }
}

import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import type { Service } from '../bus/service.js';
import { ICON, tileView } from '../view/tile.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import {
  makeToggle,
  nameArrow,
  quickSettingsActor,
  scaleFactor,
  setContentsReactive,
  toggleMenu,
} from './compat.js';
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
  private readonly quickSettings = quickSettingsActor();
  private readonly restyled: number;
  private preparesSoon = false;
  private waitsForPlace = 0;

  constructor(
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const { toggle } = this;
    nameArrow(toggle, translate('Open Backscrub menu'));
    const isReady = () => !toggle.mapped || this.isPlaced();
    this.menu = new TileMenu(
      toggle.menu,
      this.shellMenu.actor,
      isReady,
      service,
      actions,
      translate,
      openPreferences,
    );
    this.expectFocus();
    this.shellMenu.connect('menu-closed', () => {
      this.expectFocus();
      this.prepareSoon();
    });
    this.shellMenu.connect('open-state-changed', (_menu, open) => {
      if (!open) return;
      this.fitScreen();
      this.menu.opened();
    });
    // Quick settings come first: what the menu needs is ready before it is wanted. Its style is another one when theirs is,
    // which changes with the focus of the keyboard, for example when another menu in them opens or closes.
    toggle.connect('notify::mapped', () => this.prepareSoon());
    this.restyled = this.quickSettings.connect('style-changed', () => {
      if (toggle.mapped) this.prepareSoon();
    });
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
    const { mapped } = this.toggle;
    if (mapped && !this.isPlaced()) {
      this.awaitPlace();
      return;
    }
    if (mapped) this.fitScreen();
    this.menu.prepare();
  }

  private isPlaced(): boolean {
    const [, top] = this.toggle.get_transformed_position();
    return Number.isFinite(top);
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

  /** Keeps the menu on a small screen: what is too long scrolls. */
  private fitScreen(): void {
    if (!this.isPlaced()) return;
    const { toggle } = this;
    const area = Main.layoutManager.getWorkAreaForMonitor(Main.layoutManager.findIndexForActor(toggle));
    const [, top] = toggle.get_transformed_position();
    const room = (area.y + area.height - top - toggle.height) / scaleFactor() - MARGIN;
    const style = `max-height: ${Math.max(Math.floor(room), 200)}px;`;
    // A new style makes the shell work out that of every item again.
    if (this.shellMenu.actor.style !== style) this.shellMenu.actor.style = style;
  }

  destroy(): void {
    this.quickSettings.disconnect(this.restyled);
    this.menu.stop();
    // The shell puts the menu beside the tile and leaves it there.
    this.shellMenu.destroy();
    this.toggle.destroy();
  }
}

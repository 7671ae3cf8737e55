import type { Service } from '../bus/service.js';
import { ICON, tileView } from '../view/tile.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { makeToggle, nameArrow, setContentsReactive, toggleMenu } from './compat.js';
import { isSettled, MenuReadiness } from './menu-readiness.js';
import { TileMenu } from './tile-menu.js';

/** Product names are not translated. */
const TITLE = 'Backscrub';

/** The tile in quick settings with its menu. */
export class Tile {
  readonly toggle = makeToggle(TITLE, ICON);
  private readonly shellMenu = toggleMenu(this.toggle);
  private readonly menu: TileMenu;
  private readonly readiness: MenuReadiness;

  constructor(
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const { toggle } = this;
    nameArrow(toggle, translate('Open Backscrub menu'));
    this.menu = new TileMenu(
      toggle.menu,
      this.shellMenu.actor,
      () => isSettled(toggle),
      service,
      actions,
      translate,
      openPreferences,
    );
    this.readiness = new MenuReadiness(toggle, this.shellMenu, this.menu);
    this.shellMenu.connect('open-state-changed', (_menu, open) => {
      if (!open) return;
      this.readiness.fitScreen();
      this.menu.opened();
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

  destroy(): void {
    this.readiness.stop();
    this.menu.stop();
    // The shell puts the menu beside the tile and leaves it there.
    this.shellMenu.destroy();
    this.toggle.destroy();
  }
}

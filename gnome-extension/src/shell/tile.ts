import { QuickMenuToggle } from 'resource:///org/gnome/shell/ui/quickSettings.js';
import type { Service } from '../bus/service.js';
import { ICON, tileView } from '../view/tile.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { TileMenu } from './tile-menu.js';

/** Product names are not translated. */
const TITLE = 'Backscrub';

/** The tile in quick settings with its menu. */
export class Tile {
  readonly toggle = new QuickMenuToggle({ title: TITLE, icon_name: ICON, visible: false });
  private readonly menu: TileMenu;

  constructor(
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const { toggle } = this;
    // GNOME 49 and later: the screen reader's name for the arrow.
    if ('menuButtonAccessibleName' in toggle)
      toggle.menuButtonAccessibleName = translate('Open Backscrub menu');
    this.menu = new TileMenu(toggle.menu, service, actions, translate, openPreferences);
    toggle.menu.connect('open-state-changed', (_menu: unknown, open: boolean) => {
      if (open) this.menu.opened();
      return undefined;
    });
    toggle.connect('clicked', () => actions.toggle());
    this.sync();
  }

  sync(): void {
    const { visible, reactive, checked, subtitle, iconName, hasMenu } = tileView(
      this.service.state,
      this.translate,
    );
    this.toggle.set({ visible, reactive, checked, subtitle, icon_name: iconName, menu_enabled: hasMenu });
    this.toggle.menu.setHeader(iconName, TITLE, subtitle ?? '');
    this.menu.sync();
  }

  destroy(): void {
    this.menu.stop();
    this.toggle.destroy();
  }
}

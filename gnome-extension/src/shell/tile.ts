import St from 'gi://St';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { QuickMenuToggle } from 'resource:///org/gnome/shell/ui/quickSettings.js';
import type { Service } from '../bus/service.js';
import { ICON, tileView } from '../view/tile.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { TileMenu } from './tile-menu.js';

/** Product names are not translated. */
const TITLE = 'Backscrub';

/** What stays free below the menu, in logical pixels: the padding of quick settings and a little air. */
const MARGIN = 30;

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
      if (open) {
        this.fitScreen();
        this.menu.opened();
      }
      return undefined;
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
    // The shell passes `reactive` on to the arrow, but not to the part that is clicked.
    this.toggle._box.get_first_child()?.set({ reactive });
    this.toggle.menu.setHeader(iconName, TITLE, subtitle ?? '');
    this.menu.sync();
  }

  /** Keeps the menu on a small screen: what is too long scrolls. */
  private fitScreen(): void {
    const { toggle } = this;
    const area = Main.layoutManager.getWorkAreaForMonitor(Main.layoutManager.findIndexForActor(toggle));
    const [, top] = toggle.get_transformed_position();
    const { scale_factor: scale } = St.ThemeContext.get_for_stage(global.stage);
    const room = (area.y + area.height - top - toggle.height) / scale - MARGIN;
    toggle.menu.actor.style = `max-height: ${Math.max(room, 200)}px;`;
  }

  destroy(): void {
    this.menu.stop();
    // The shell puts the menu beside the tile and leaves it there.
    this.toggle.menu.destroy();
    this.toggle.destroy();
  }
}

import Gio from 'gi://Gio';
import { Extension } from 'resource:///org/gnome/shell/extensions/extension.js';
import { Service } from './bus/service.js';
import { Actions } from './shell/actions.js';
import { addToPanel } from './shell/compat.js';
import { Indicator } from './shell/indicator.js';
import { Notifier } from './shell/notifier.js';
import { Shortcuts } from './shell/shortcuts.js';
import { Tile } from './shell/tile.js';
import { indicatorView } from './view/indicator.js';
import { Notices } from './view/notice.js';
import { fill } from './view/words.js';

/** Everything that exists while the extension is enabled. */
interface Parts {
  readonly service: Service;
  readonly indicator: Indicator;
  readonly tile: Tile;
  readonly notifier: Notifier;
  readonly shortcuts: Shortcuts;
}

export default class BackscrubExtension extends Extension {
  private parts: Parts | undefined;

  override enable(): void {
    const _ = (text: string): string => this.gettext(text);
    const preferences = (): void => this.openPreferences();
    const notices = new Notices();
    const notifier = new Notifier(_('Preferences'), preferences);
    const service = new Service(Gio.DBus.system, () => {
      tile.sync();
      indicator.show(indicatorView(service.state, _));
      const notice = notices.next(service.state, _);
      if (notice === 'withdraw') notifier.withdraw();
      else if (notice !== undefined) notifier.show(notice);
    });
    const actions = new Actions(service, (text) => {
      tile.sync();
      notifier.show({ title: fill(_('Backscrub: %s'), _('That did not work')), body: text });
    });
    const tile = new Tile(service, actions, _, preferences);
    const indicator = new Indicator();
    indicator.indicator.quickSettingsItems.push(tile.toggle);
    addToPanel(indicator.indicator);
    const shortcuts = new Shortcuts(this.getSettings(), actions);
    this.parts = { service, indicator, tile, notifier, shortcuts };
    void service.start();
  }

  override disable(): void {
    if (this.parts === undefined) return;
    const { service, indicator, tile, notifier, shortcuts } = this.parts;
    this.parts = undefined;
    service.stop();
    shortcuts.remove();
    notifier.withdraw();
    tile.destroy();
    indicator.destroy();
  }
}

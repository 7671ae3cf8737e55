import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import type Gio from 'gi://Gio';
import Gtk from 'gi://Gtk';
import { SETTINGS } from '../view/names.js';
import type { Translate } from '../view/words.js';

/** The two keyboard shortcuts. */
export class ShortcutsPage {
  readonly page: Adw.PreferencesPage;
  private readonly handlers: number[] = [];

  constructor(
    private readonly settings: Gio.Settings,
    private readonly window: Gtk.Window,
    private readonly translate: Translate,
  ) {
    const _ = translate;
    this.page = new Adw.PreferencesPage({
      title: _('Shortcuts'),
      icon_name: 'input-keyboard-symbolic',
      name: 'shortcuts',
    });
    const group = new Adw.PreferencesGroup();
    group.add(this.row(SETTINGS.toggle, _('Turn On or Off'), ''));
    group.add(
      this.row(
        SETTINGS.privacy,
        _('Privacy'),
        _('Others see a card at once. Press it as often as you like: it never turns the camera on.'),
      ),
    );
    this.page.add(group);
  }

  sync(): void {}

  private row(key: string, title: string, subtitle: string): Adw.ActionRow {
    const row = new Adw.ActionRow({ title, subtitle, activatable: true });
    const label = new Gtk.ShortcutLabel({
      disabled_text: this.translate('None'),
      valign: Gtk.Align.CENTER,
    });
    row.add_suffix(label);
    const show = () => {
      label.accelerator = this.settings.get_strv(key)[0] ?? '';
    };
    show();
    this.handlers.push(this.settings.connect(`changed::${key}`, show));
    row.connect('activated', () => this.capture(key, title));
    return row;
  }

  /** Waits for a key combination. Escape leaves it as it is, Backspace removes it. */
  private capture(key: string, title: string): void {
    const _ = this.translate;
    const status: unknown = new Adw.StatusPage({
      icon_name: 'input-keyboard-symbolic',
      title: _('Press the New Shortcut'),
      description: _('Escape cancels, Backspace removes the shortcut.'),
    });
    const dialog = new Adw.Window({
      modal: true,
      transient_for: this.window,
      default_width: 380,
      default_height: 240,
      title,
      // The types of libadwaita and GTK are of two generations here.
      content: status as Gtk.Widget,
    });
    const controller = new Gtk.EventControllerKey();
    controller.connect('key-pressed', (_controller, keyval, _keycode, state) => {
      const modifiers = state & Gtk.accelerator_get_default_mod_mask();
      if (keyval === Gdk.KEY_Escape && modifiers === 0) dialog.close();
      else if (keyval === Gdk.KEY_BackSpace && modifiers === 0) this.set(dialog, key, []);
      else if (Gtk.accelerator_valid(keyval, modifiers) && (modifiers !== 0 || isFunctionKey(keyval)))
        this.set(dialog, key, [Gtk.accelerator_name(keyval, modifiers)]);
      return Gdk.EVENT_STOP;
    });
    dialog.add_controller(controller);
    dialog.present();
  }

  private set(dialog: Gtk.Window, key: string, value: string[]): void {
    this.settings.set_strv(key, value);
    dialog.close();
  }

  stop(): void {
    for (const handler of this.handlers) this.settings.disconnect(handler);
  }
}

/** Keys that nobody types text with may be shortcuts without a modifier. */
function isFunctionKey(keyval: number): boolean {
  return keyval >= Gdk.KEY_F1 && keyval <= Gdk.KEY_F35;
}

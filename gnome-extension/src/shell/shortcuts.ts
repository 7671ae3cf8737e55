import type Gio from 'gi://Gio';
import Meta from 'gi://Meta';
import Shell from 'gi://Shell';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { SETTINGS } from '../view/names.js';
import type { Actions } from './actions.js';

/** The keyboard shortcuts, empty until somebody sets them in the preferences. */
export class Shortcuts {
  private readonly names: string[] = [];

  constructor(settings: Gio.Settings, actions: Actions) {
    this.add(settings, SETTINGS.toggle, () => actions.toggle());
    this.add(settings, SETTINGS.privacy, () => actions.hide());
  }

  private add(settings: Gio.Settings, name: string, pressed: () => void): void {
    const modes = Shell.ActionMode.NORMAL | Shell.ActionMode.OVERVIEW | Shell.ActionMode.POPUP;
    Main.wm.addKeybinding(name, settings, Meta.KeyBindingFlags.IGNORE_AUTOREPEAT, modes, pressed);
    this.names.push(name);
  }

  remove(): void {
    for (const name of this.names) Main.wm.removeKeybinding(name);
  }
}

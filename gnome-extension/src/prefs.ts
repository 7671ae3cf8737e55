import type Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import { ExtensionPreferences } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';
import { Service } from './bus/service.js';
import { AboutPage } from './prefs/about-page.js';
import { BackgroundsPage } from './prefs/backgrounds-page.js';
import { CameraPage } from './prefs/camera-page.js';
import { Control } from './prefs/control.js';
import { PicturePage } from './prefs/picture-page.js';
import { ShortcutsPage } from './prefs/shortcuts-page.js';

/** What a page of the preferences is to the window. */
interface Page {
  readonly page: Adw.PreferencesPage;
  sync(): void;
  stop?(): void;
}

export default class BackscrubPreferences extends ExtensionPreferences {
  override async fillPreferencesWindow(window: Adw.PreferencesWindow): Promise<void> {
    const _ = (text: string): string => this.gettext(text);
    const pages: Page[] = [];
    const service = new Service(Gio.DBus.system, () => {
      for (const page of pages) page.sync();
    });
    const control = new Control(service, window, () => {
      for (const page of pages) page.sync();
    });
    pages.push(
      new BackgroundsPage(control, _),
      new PicturePage(control, _),
      new CameraPage(control, _),
      new ShortcutsPage(this.getSettings(), window, _),
      new AboutPage(control, _),
    );
    for (const { page } of pages) window.add(page);
    window.set_default_size(680, 720);
    window.connect('close-request', () => {
      for (const page of pages) page.stop?.();
      service.stop();
      return false;
    });
    for (const page of pages) page.sync();
    await service.start();
    await service.refresh('with-cameras');
  }
}

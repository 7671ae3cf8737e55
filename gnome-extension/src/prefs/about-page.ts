import Adw from 'gi://Adw';
import Gtk from 'gi://Gtk';
import { doctorRows } from '../view/doctor.js';
import type { Translate } from '../view/words.js';
import type { Control } from './control.js';

/** What the service says about itself: what to look at first when something does not work. */
export class AboutPage {
  readonly page: Adw.PreferencesPage;
  private readonly group: Adw.PreferencesGroup;
  private rows: Adw.ActionRow[] = [];
  private shape = '';

  constructor(
    private readonly control: Control,
    private readonly translate: Translate,
  ) {
    this.page = new Adw.PreferencesPage({
      title: translate('About'),
      icon_name: 'help-about-symbolic',
      name: 'about',
    });
    this.group = new Adw.PreferencesGroup({ title: 'Backscrub' });
    this.page.add(this.group);
  }

  sync(): void {
    const rows = doctorRows(this.control.state, this.translate);
    const shape = JSON.stringify(rows);
    if (shape === this.shape) return;
    this.shape = shape;
    for (const row of this.rows) this.group.remove(row);
    this.rows = rows.map(({ title, text, bad }) => {
      const row = new Adw.ActionRow({ title, subtitle: text, use_markup: false, subtitle_selectable: true });
      if (bad)
        row.add_prefix(new Gtk.Image({ icon_name: 'dialog-warning-symbolic', css_classes: ['warning'] }));
      this.group.add(row);
      return row;
    });
  }
}

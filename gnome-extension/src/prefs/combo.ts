import Adw from 'gi://Adw';
import Gtk from 'gi://Gtk';
import type { Choice } from '../view/menu.js';

/** A row with a list to choose from; `chosen` is called for what the user does only. */
export class ChoiceRow {
  readonly row: Adw.ComboRow;
  private choices: readonly Choice[] = [];
  private shape = '';
  private syncing = false;

  constructor(title: string, chosen: (id: string) => void) {
    this.row = new Adw.ComboRow({ title });
    this.row.connect('notify::selected', () => {
      const choice = this.choices[this.row.selected];
      if (!this.syncing && choice !== undefined) chosen(choice.id);
    });
  }

  sync(choices: readonly Choice[]): void {
    this.syncing = true;
    this.choices = choices;
    const shape = JSON.stringify(choices.map(({ id, label }) => [id, label]));
    if (shape !== this.shape) this.row.model = Gtk.StringList['new'](choices.map(({ label }) => label));
    this.shape = shape;
    const selected = choices.findIndex((choice) => choice.selected);
    this.row.selected = selected < 0 ? Gtk.INVALID_LIST_POSITION : selected;
    this.syncing = false;
  }
}

import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Choice } from '../view/menu.js';

/** A switch for each effect. */
export class SwitchSection {
  readonly section = new PopupMenu.PopupMenuSection();
  private items = new Map<string, PopupMenu.PopupSwitchMenuItem>();
  private shape = '';

  constructor(private readonly switched: (id: string, on: boolean) => void) {
    // Several are tried one after the other.
    this.section.itemActivated = () => {};
  }

  sync(choices: readonly Choice[]): void {
    const shape = JSON.stringify(choices.map(({ id, label }) => [id, label]));
    if (shape !== this.shape) this.rebuild(choices);
    this.shape = shape;
    for (const { id, selected } of choices) this.items.get(id)?.setToggleState(selected);
  }

  private rebuild(choices: readonly Choice[]): void {
    this.section.removeAll();
    this.items.clear();
    for (const { id, label, selected } of choices) {
      const item = new PopupMenu.PopupSwitchMenuItem(label, selected);
      item.connect('toggled', (_item: PopupMenu.PopupSwitchMenuItem, on: boolean) => this.switched(id, on));
      this.section.addMenuItem(item);
      this.items.set(id, item);
    }
  }
}

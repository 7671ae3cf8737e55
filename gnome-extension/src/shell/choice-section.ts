import Atk from 'gi://Atk';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Choice } from '../view/menu.js';

/** Items of which one is chosen: with the mark of the shell's own menus, and radio items to a screen reader. */
export class ChoiceSection {
  readonly section = new PopupMenu.PopupMenuSection();
  private items = new Map<string, PopupMenu.PopupMenuItem>();
  private shape = '';

  constructor(private readonly chosen: (id: string) => void) {
    // What was chosen shows in the menu itself (the gallery, the slider): it stays open.
    this.section.itemActivated = () => {};
  }

  /** Items are kept as long as they say the same, so that the focus of the keyboard stays where it is. */
  sync(choices: readonly Choice[]): void {
    const shape = JSON.stringify(choices.map(({ id, label }) => [id, label]));
    if (shape !== this.shape) this.rebuild(choices);
    this.shape = shape;
    for (const { id, selected } of choices)
      this.items.get(id)?.setOrnament(selected ? PopupMenu.Ornament.CHECK : PopupMenu.Ornament.NONE);
  }

  private rebuild(choices: readonly Choice[]): void {
    this.section.removeAll();
    this.items.clear();
    for (const { id, label } of choices) {
      const item = new PopupMenu.PopupMenuItem(label);
      item.accessible_role = Atk.Role.RADIO_MENU_ITEM;
      item.connect('activate', () => this.chosen(id));
      this.section.addMenuItem(item);
      this.items.set(id, item);
    }
  }
}

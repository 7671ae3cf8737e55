import Atk from 'gi://Atk';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Choice } from '../view/menu.js';
import type { Chores } from './chores.js';

interface Kind<Item> {
  make(choice: Choice): Item;
  show(item: Item, selected: boolean): void;
}

/** Items of which one is chosen: with the mark of the shell's own menus, and radio items to a screen reader. */
export function radioItems(chosen: (id: string) => void): Kind<PopupMenu.PopupMenuItem> {
  return {
    make: ({ id, label }) => {
      const item = new PopupMenu.PopupMenuItem(label);
      item.accessible_role = Atk.Role.RADIO_MENU_ITEM;
      item.connect('activate', () => chosen(id));
      return item;
    },
    show: (item, selected) => item.setOrnament(selected ? PopupMenu.Ornament.CHECK : PopupMenu.Ornament.NONE),
  };
}

export function switchItems(
  switched: (id: string, on: boolean) => void,
): Kind<PopupMenu.PopupSwitchMenuItem> {
  return {
    make: ({ id, label, selected }) => {
      const item = new PopupMenu.PopupSwitchMenuItem(label, selected);
      item.connect('toggled', (_item: PopupMenu.PopupSwitchMenuItem, on: boolean) => switched(id, on));
      return item;
    },
    show: (item, selected) => item.setToggleState(selected),
  };
}

/** A part of a menu with an item for each choice. Items are made one at a time when the shell is idle. */
export class ItemSection<Item extends PopupMenu.PopupBaseMenuItem> {
  readonly section = new PopupMenu.PopupMenuSection();
  private readonly items = new Map<string, Item>();
  private choices: readonly Choice[] = [];
  private shape = '';
  private filling = false;

  constructor(
    private readonly kind: Kind<Item>,
    private readonly chores: Chores,
    /** All items are there. */
    private readonly filled: () => void,
  ) {
    // What was chosen shows in the menu itself (the gallery, the slider), and several are tried one after the other: it
    // stays open.
    this.section.itemActivated = () => {};
  }

  /** Items are kept as long as they say the same, so that the focus of the keyboard stays where it is. */
  sync(choices: readonly Choice[]): void {
    const shape = JSON.stringify(choices.map(({ id, label }) => [id, label]));
    if (shape !== this.shape) {
      this.section.removeAll();
      this.items.clear();
    }
    this.shape = shape;
    this.choices = choices;
    for (const { id, selected } of choices) {
      const item = this.items.get(id);
      if (item !== undefined) this.kind.show(item, selected);
    }
    if (this.items.size < choices.length) this.fill();
  }

  private fill(): void {
    if (this.filling) return;
    this.filling = true;
    this.chores.add(() => {
      this.filling = false;
      const choice = this.choices.find(({ id }) => !this.items.has(id));
      if (choice === undefined) {
        this.filled();
        return;
      }
      const item = this.kind.make(choice);
      this.kind.show(item, choice.selected);
      this.section.addMenuItem(item);
      this.items.set(choice.id, item);
      this.fill();
    });
  }
}

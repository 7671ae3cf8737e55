import Clutter from 'gi://Clutter';
import St from 'gi://St';
import { ensureActorVisibleInScrollView } from 'resource:///org/gnome/shell/misc/animationUtils.js';
import type { GalleryChoice } from '../view/menu.js';
import type { Chores } from './chores.js';
import { setScrolled, verticalAdjustment } from './compat.js';
import { GalleryCell } from './gallery-cell.js';

const COLUMNS = 4;

export interface GalleryActions {
  chosen(id: string): void;
  picture(choice: GalleryChoice): Promise<Clutter.Content | undefined>;
  /** All cells are there. */
  filled(): void;
}

/** Thumbnails in rows of four; more than three rows scroll. Cells are made a few at a time, before anybody looks. */
export class Gallery {
  readonly actor: St.ScrollView;
  private readonly grid = new Clutter.GridLayout({ column_homogeneous: true });
  private readonly viewport: St.Viewport;
  private readonly mark = new St.Icon({
    icon_name: 'object-select-symbolic',
    style_class: 'backscrub-mark',
    x_align: Clutter.ActorAlign.END,
    y_align: Clutter.ActorAlign.END,
    x_expand: true,
    y_expand: true,
  });
  private readonly cells: GalleryCell[] = [];
  private marked: GalleryCell | undefined;
  private choices: readonly GalleryChoice[] = [];
  private filling = false;
  private revealing = false;

  constructor(
    private readonly actions: GalleryActions,
    private readonly chores: Chores,
  ) {
    this.actor = new St.ScrollView({
      style_class: 'backscrub-gallery',
      hscrollbar_policy: St.PolicyType.NEVER,
      vscrollbar_policy: St.PolicyType.AUTOMATIC,
      x_expand: true,
    });
    this.viewport = new St.Viewport({ layout_manager: this.grid, x_expand: true });
    setScrolled(this.actor, this.viewport);
    // Emitted while the actors get their places, which nothing may change in that moment.
    verticalAdjustment(this.actor)?.connect('changed', () => this.showSelected());
  }

  /** Cells that are there show the new backgrounds at once, with the focus where it is; those that lack come later. */
  sync(choices: readonly GalleryChoice[]): void {
    this.choices = choices;
    const surplus = this.cells.splice(choices.length);
    for (const [index, cell] of this.cells.entries()) cell.show(choices[index] as GalleryChoice);
    this.moveMark();
    for (const cell of surplus) cell.destroy();
    if (this.cells.length < choices.length) this.fill();
  }

  private moveMark(): void {
    const cell = this.cells[this.choices.findIndex(({ selected }) => selected)];
    if (cell === this.marked) return;
    if (cell === undefined) this.mark.get_parent()?.remove_child(this.mark);
    else cell.takeMark(this.mark);
    this.marked = cell;
  }

  private fill(): void {
    if (this.filling) return;
    this.filling = true;
    this.chores.add(() => {
      this.filling = false;
      const index = this.cells.length;
      const choice = this.choices[index];
      if (choice === undefined) return;
      const cell = new GalleryCell({
        ...this.actions,
        focused: (button) => ensureActorVisibleInScrollView(this.actor, button),
      });
      this.cells.push(cell);
      cell.show(choice);
      this.moveMark();
      this.grid.attach(cell.button, index % COLUMNS, Math.floor(index / COLUMNS), 1, 1);
      if (this.cells.length < this.choices.length) this.fill();
      else this.actions.filled();
    });
  }

  /** Brings the chosen one into view as soon as the actors have their places. */
  showSelected(): void {
    if (this.revealing) return;
    this.revealing = true;
    this.chores.add(() => {
      this.revealing = false;
      for (const { button } of this.cells)
        if (button.checked && button.mapped) ensureActorVisibleInScrollView(this.actor, button);
    });
  }

  /** To be called before the actors go. */
  stop(): void {
    for (const cell of this.cells) cell.release();
    // In no cell, it would stay.
    if (this.marked === undefined) this.mark.destroy();
  }
}

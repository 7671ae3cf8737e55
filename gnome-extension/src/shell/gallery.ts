import Atk from 'gi://Atk';
import Clutter from 'gi://Clutter';
import GLib from 'gi://GLib';
import St from 'gi://St';
import { ensureActorVisibleInScrollView } from 'resource:///org/gnome/shell/misc/animationUtils.js';
import type { GalleryChoice } from '../view/menu.js';
import { setScrolled, verticalAdjustment } from './compat.js';

const COLUMNS = 4;

interface Cell {
  readonly button: St.Button;
  readonly picture: St.Bin;
  readonly mark: St.Icon;
}

export interface GalleryActions {
  chosen(id: string): void;
  thumbnail(id: string): Promise<string | undefined>;
}

/** Thumbnails in rows of four; more than three rows scroll. */
export class Gallery {
  readonly actor: St.ScrollView;
  private readonly grid = new Clutter.GridLayout({ column_homogeneous: true });
  private readonly viewport: St.Viewport;
  private cells = new Map<string, Cell>();
  private shape = '';
  private idle = 0;

  constructor(private readonly actions: GalleryActions) {
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

  /** Cells are kept as long as the backgrounds are the same, with the focus and the pictures. */
  sync(choices: readonly GalleryChoice[]): void {
    const shape = JSON.stringify(choices.map(({ id, accessibleName }) => [id, accessibleName]));
    if (shape !== this.shape) this.rebuild(choices);
    this.shape = shape;
    for (const { id, selected } of choices) {
      const cell = this.cells.get(id);
      if (cell === undefined) continue;
      cell.button.checked = selected;
      cell.mark.visible = selected;
    }
  }

  /** Brings the chosen one into view as soon as the actors have their places. */
  showSelected(): void {
    if (this.idle !== 0) return;
    this.idle = GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      this.idle = 0;
      for (const { button } of this.cells.values())
        if (button.checked && button.mapped) ensureActorVisibleInScrollView(this.actor, button);
      return GLib.SOURCE_REMOVE;
    });
  }

  private rebuild(choices: readonly GalleryChoice[]): void {
    this.viewport.destroy_all_children();
    this.cells.clear();
    choices.forEach((choice, index) => {
      const cell = this.makeCell(choice);
      this.grid.attach(cell.button, index % COLUMNS, Math.floor(index / COLUMNS), 1, 1);
      this.cells.set(choice.id, cell);
      if (choice.hasThumbnail) void this.loadPicture(choice.id, cell);
    });
  }

  private makeCell({ id, accessibleName, color }: GalleryChoice): Cell {
    const mark = new St.Icon({
      icon_name: 'object-select-symbolic',
      style_class: 'backscrub-mark',
      x_align: Clutter.ActorAlign.END,
      y_align: Clutter.ActorAlign.END,
      x_expand: true,
      y_expand: true,
    });
    const picture = new St.Bin({ style_class: 'backscrub-picture', child: mark, x_expand: true });
    if (color !== null) picture.style = `background-color: ${color};`;
    const button = new St.Button({
      style_class: 'backscrub-cell',
      child: picture,
      accessible_name: accessibleName,
      accessible_role: Atk.Role.RADIO_BUTTON,
      can_focus: true,
      x_expand: true,
    });
    button.connect('clicked', () => this.actions.chosen(id));
    // St.Button alone does not move the focus by arrow keys.
    button.connect('key-press-event', (_button: unknown, event: Clutter.Event) =>
      global.focus_manager.navigate_from_event(event),
    );
    button.connect('key-focus-in', () => ensureActorVisibleInScrollView(this.actor, button));
    return { button, picture, mark };
  }

  private async loadPicture(id: string, cell: Cell): Promise<void> {
    const path = await this.actions.thumbnail(id);
    // The gallery may be gone, or show others, by the time the picture is there.
    if (path !== undefined && this.cells.get(id) === cell)
      cell.picture.style = `background-image: url("file://${path}");`;
  }

  /** To be called before the actors go: what is still on its way finds nothing to paint on. */
  stop(): void {
    this.cells.clear();
    if (this.idle !== 0) GLib.source_remove(this.idle);
    this.idle = 0;
  }
}

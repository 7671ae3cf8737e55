import type Clutter from 'gi://Clutter';
import St from 'gi://St';
import { PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Chores } from './chores.js';

/**
 * Lets the shell work out styles and sizes of a menu before it is opened, a row at a time. Without this all of it happens
 * in the call that opens the menu. The shell keeps what it has worked out until a style or a text changes.
 */
export class WarmUp {
  private warm = new WeakSet<St.Widget>();
  private going = false;

  /** @param isReady whether what holds the menu has been laid out, if it is to be seen; before that startOver() has to follow */
  constructor(
    private readonly root: St.Widget,
    private readonly chores: Chores,
    private readonly isReady: () => boolean,
  ) {}

  /** After a change of style that concerns all of the menu. */
  startOver(): void {
    this.warm = new WeakSet();
    this.go();
  }

  /** Takes up what is new. */
  go(): void {
    if (this.going) return;
    this.going = true;
    this.chores.add(() => {
      this.going = false;
      // GNOME 50 complains of sizes that are asked for between being shown and the layout.
      if (!this.isReady()) return;
      // Looked for anew each time, since what was there a moment ago may have been destroyed.
      for (const row of rows(this.root)) {
        if (this.warm.has(row)) continue;
        this.warm.add(row);
        // Styles come from the stage.
        if (row.get_stage() !== null) prepare(row);
        this.go();
        return;
      }
    });
  }
}

/** Everything of a menu in portions, what lies inside before what holds it. */
function* rows(actor: Clutter.Actor): Generator<St.Widget> {
  if (!isPortion(actor)) for (const child of actor.get_children()) yield* rows(child);
  if (actor instanceof St.Widget) yield actor;
}

function isPortion(actor: Clutter.Actor): boolean {
  return (
    actor instanceof PopupBaseMenuItem ||
    actor instanceof St.Button ||
    actor instanceof St.Icon ||
    actor instanceof St.Label
  );
}

function prepare(row: St.Widget): void {
  ensureStyle(row);
  row.get_preferred_width(-1);
  row.get_preferred_height(-1);
}

function ensureStyle(widget: St.Widget): void {
  widget.ensure_style();
  // What lies in a row of several has had its turn; the shell makes what is in an icon anew now and then.
  if (!isPortion(widget) || widget instanceof St.Icon) return;
  for (const child of widget.get_children()) if (child instanceof St.Widget) ensureStyle(child);
}

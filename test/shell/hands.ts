/** What a person does in front of the shell: finds things by what they say, points, clicks, types. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShellSession } from './shell-session.js';

/** Runs inside the shell. Events take the way of a real mouse and keyboard. */
const HELPERS = `
globalThis.bs = (() => {
  const { Clutter, GLib, St } = imports.gi;
  const seat = Clutter.get_default_backend().get_default_seat();
  const pointer = seat.create_virtual_device(Clutter.InputDeviceType.POINTER_DEVICE);
  const keyboard = seat.create_virtual_device(Clutter.InputDeviceType.KEYBOARD_DEVICE);
  const now = () => GLib.get_monotonic_time();
  const all = (actor) => [actor, ...actor.get_children().flatMap(all)];
  const settings = Main.panel.statusArea.quickSettings;
  const bs = {
    all,
    tile: () => settings.menu._grid.get_children().find((c) => c.title === 'Backscrub'),
    menu: () => bs.tile().menu,
    look: () => { const t = bs.tile(); return { visible: t.visible, reactive: t.reactive, checked: t.checked,
      subtitle: t.subtitle, icon: t.iconName, menu: t.menuEnabled }; },
    item: (label) => all(bs.menu().box).find((a) => a.label?.text === label),
    items: () => all(bs.menu().box).filter((a) => a.label?.text && a.mapped).map((a) => a.label.text),
    marked: () => all(bs.menu().box).filter((a) => a._ornament === 2 && a.mapped).map((a) => a.label.text),
    cells: () => all(bs.menu().box).filter((a) => a.has_style_class_name?.('backscrub-cell')),
    cell: (name) => bs.cells().find((c) => c.accessible_name === name),
    selected: () => bs.cells().filter((c) => c.checked).map((c) => c.accessible_name),
    slider: () => all(bs.menu().box).find((a) => a.accessible_name === 'Blur Strength'),
    problem: () => all(bs.menu().box).find((a) => a.has_style_class_name?.('backscrub-problem')),
    indicator: () => all(settings).find((a) => a.mapped && a.accessible_name?.startsWith('Backscrub')),
    notices: () => Main.messageTray.getSources().flatMap((s) => s.notifications)
      .filter((n) => n.title.startsWith('Backscrub')).map((n) => [n.title, n.body]),
    /** What a person scrolls to before clicking on it. */
    reveal: (actor) => {
      for (let view = actor.get_parent(); view; view = view.get_parent()) {
        if (!(view instanceof St.ScrollView)) continue;
        const adjustment = view.vadjustment ?? view.vscroll.adjustment;
        const [, top] = actor.get_transformed_position();
        const [, from] = view.get_transformed_position();
        const [, height] = view.get_transformed_size();
        if (top < from) adjustment.value -= from - top;
        else if (top + actor.height > from + height) adjustment.value += top + actor.height - from - height;
      }
    },
    point: (actor, x = 0.5, y = 0.5) => {
      const [left, top] = actor.get_transformed_position();
      const [width, height] = actor.get_transformed_size();
      pointer.notify_absolute_motion(now(), left + width * x, top + height * y);
    },
    /** The pointer away from everything. */
    rest: () => pointer.notify_absolute_motion(now(), 5, global.stage.height - 5),
    pointWindow: (x, y) => {
      const rect = global.get_window_actors()[0].meta_window.get_frame_rect();
      pointer.notify_absolute_motion(now(), rect.x + rect.width * x, rect.y + rect.height * y);
    },
    press: () => pointer.notify_button(now(), 1, Clutter.ButtonState.PRESSED),
    release: () => pointer.notify_button(now(), 1, Clutter.ButtonState.RELEASED),
    key: (key, down) => keyboard.notify_keyval(now(), key, down ? Clutter.KeyState.PRESSED : Clutter.KeyState.RELEASED),
  };
  return bs;
})();
undefined`;

export const KEYS = { space: 0x20, left: 0xff51, up: 0xff52, right: 0xff53, down: 0xff54, escape: 0xff1b };

/** Long enough for the shell to have seen an event before the next one comes. */
const BEAT_MS = 60;

export class Hands {
  private constructor(private readonly bed: ShellSession) {}

  static async on(bed: ShellSession): Promise<Hands> {
    await bed.eval(HELPERS);
    // The shell takes a moment to know a mouse that was just plugged in; what it does before is lost.
    await bed.eval('bs.rest()');
    await sleep(500);
    await bed.eval('bs.point(Main.panel)');
    await sleep(500);
    return new Hands(bed);
  }

  async open(): Promise<void> {
    await this.bed.eval('Main.panel.statusArea.quickSettings.menu.open()');
    await this.bed.until('bs.tile() === undefined || bs.tile().mapped || !bs.tile().visible');
    await sleep(BEAT_MS);
  }

  async close(): Promise<void> {
    await this.bed.eval('Main.panel.statusArea.quickSettings.menu.close()');
    await sleep(BEAT_MS);
  }

  /** Opens the tile's own menu by its arrow. */
  async openMenu(): Promise<void> {
    await this.open();
    if ((await this.bed.eval('bs.menu().isOpen')) === true) return;
    await this.click('bs.tile()._menuButton');
    await this.bed.until('bs.menu().isOpen && bs.menu().box.mapped && bs.menu().box.opacity === 255');
    await sleep(BEAT_MS);
  }

  /** Clicks the tile itself, left of the arrow. */
  async clickTile(): Promise<void> {
    // An open menu of the tile would take the click.
    await this.close();
    await this.open();
    await this.click('bs.tile()', 0.3);
  }

  /** @param actor an expression; x and y are the place on it, from 0 to 1 */
  async click(actor: string, x = 0.5, y = 0.5): Promise<void> {
    // Where to scroll to is known when a menu that just opened is laid out.
    await this.settled(actor);
    await this.bed.eval(`bs.reveal(${actor})`);
    await this.settled(actor);
    for (const step of [`bs.point(${actor}, ${x}, ${y})`, 'bs.press()', 'bs.release()']) {
      await this.bed.eval(step);
      await sleep(BEAT_MS);
    }
  }

  /** Waits until something has its place: a menu that just opened is laid out with the next frame, whenever that comes. */
  private async settled(actor: string): Promise<void> {
    let before = '';
    for (let tries = 0; tries < 50; tries++) {
      const place = `[...${actor}.get_transformed_position(), ...${actor}.get_transformed_size()]`;
      const now = JSON.stringify(await this.bed.eval(place));
      if (now === before) return;
      before = now;
      await sleep(2 * BEAT_MS);
    }
  }

  /** Clicks into the first window, at a place on it from 0 to 1. */
  async clickWindow(x: number, y: number): Promise<void> {
    for (const step of [`bs.pointWindow(${x}, ${y})`, 'bs.press()', 'bs.release()']) {
      await this.bed.eval(step);
      await sleep(BEAT_MS);
    }
  }

  async key(...keys: readonly number[]): Promise<void> {
    for (const key of keys) await this.bed.eval(`bs.key(${key}, true)`);
    await sleep(BEAT_MS);
    for (const key of [...keys].reverse()) await this.bed.eval(`bs.key(${key}, false)`);
    await sleep(BEAT_MS);
  }

  async look(): Promise<Record<string, unknown>> {
    return (await this.bed.eval('bs.look()')) as Record<string, unknown>;
  }

  /** Waits until an expression has a value. */
  async see(expression: string, value: unknown): Promise<void> {
    const wanted = JSON.stringify(value);
    await this.bed.until(`JSON.stringify(${expression}) === ${JSON.stringify(wanted)}`).catch(async () => {
      const seen = JSON.stringify(await this.bed.eval(expression));
      throw new Error(`${expression} is ${seen}, expected ${wanted}`);
    });
  }
}

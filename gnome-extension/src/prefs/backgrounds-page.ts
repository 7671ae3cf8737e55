import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import type GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { fill, type Translate } from '../view/words.js';
import { BackgroundTile } from './background-tile.js';
import type { Control } from './control.js';
import { readFile } from './read-file.js';

/** As the service has it; a larger file need not be read to be refused. */
const LARGEST_BYTES = 16 * 1024 * 1024;

/** The gallery: choose, add, remove, or take a colour. */
export class BackgroundsPage {
  readonly page: Adw.PreferencesPage;
  private readonly group: Adw.PreferencesGroup;
  private readonly flow: Gtk.FlowBox;
  private readonly add: Gtk.Button;
  private readonly spinner: Gtk.Spinner;
  /** Which file of how many is on its way, when there are several. */
  private readonly progress: Gtk.Label;
  /** Files that still have to be imported; more may be dropped meanwhile. */
  private readonly arrivals: Gio.File[] = [];
  private importing = false;
  private readonly color: Gtk.ColorDialogButton;
  private tiles = new Map<string, BackgroundTile>();
  /** Taken away on the screen, and by the service when the time to undo has passed. */
  private readonly leaving = new Set<string>();
  private shape = '';
  private syncing = false;

  constructor(
    private readonly control: Control,
    private readonly translate: Translate,
  ) {
    const _ = translate;
    this.page = new Adw.PreferencesPage({
      title: _('Backgrounds'),
      icon_name: 'preferences-desktop-wallpaper-symbolic',
      name: 'backgrounds',
    });
    this.group = new Adw.PreferencesGroup({
      title: _('Backgrounds'),
      description: _('Drop pictures, animations or short clips here to add them.'),
    });
    this.add = new Gtk.Button({ label: _('Add…'), valign: Gtk.Align.CENTER });
    this.add.connect('clicked', () => void this.chooseFiles());
    this.spinner = new Gtk.Spinner({ valign: Gtk.Align.CENTER });
    this.progress = new Gtk.Label({ css_classes: ['numeric', 'dim-label'], visible: false });
    const header = new Gtk.Box({ spacing: 12 });
    header.append(this.progress);
    header.append(this.spinner);
    header.append(this.add);
    this.group.header_suffix = header;
    this.flow = new Gtk.FlowBox({
      selection_mode: Gtk.SelectionMode.NONE,
      min_children_per_line: 2,
      max_children_per_line: 4,
      homogeneous: true,
      column_spacing: 6,
      row_spacing: 6,
    });
    this.group.add(this.flow);
    this.page.add(this.group);

    const colors = new Adw.PreferencesGroup();
    this.color = new Gtk.ColorDialogButton({
      dialog: new Gtk.ColorDialog({ with_alpha: false }),
      valign: Gtk.Align.CENTER,
    });
    this.color.connect('notify::rgba', () => {
      if (!this.syncing) this.choose(`color:${hex(this.color.rgba)}`);
    });
    const row = new Adw.ActionRow({ title: _('Color'), activatable_widget: this.color });
    row.add_suffix(this.color);
    colors.add(row);
    this.page.add(colors);

    const drop = Gtk.DropTarget['new'](Gdk.FileList.$gtype as GObject.GType, Gdk.DragAction.COPY);
    drop.connect('drop', (_target, value) => {
      void this.importFiles((value as unknown as Gdk.FileList).get_files());
      return true;
    });
    this.page.add_controller(drop);
  }

  sync(): void {
    const { state } = this.control;
    this.page.sensitive = state.running;
    this.add.visible = this.control.has('ImportBackground');
    this.group.visible = state.backgrounds !== undefined;
    const rows = (state.backgrounds ?? []).filter(({ id }) => !this.leaving.has(id));
    const shape = JSON.stringify(rows);
    if (shape !== this.shape) {
      this.shape = shape;
      this.flow.remove_all();
      this.tiles = new Map(
        rows.map((background) => {
          const tile = new BackgroundTile(background, this.control, this.translate, {
            chosen: () => this.choose(background.id),
            removed: () => this.remove(background.id, background.name),
          });
          this.flow.append(tile.widget);
          return [background.id, tile];
        }),
      );
    }
    for (const [id, tile] of this.tiles) tile.mark(id === state.properties.Background);
    const color = /^color:(#[0-9a-f]{6})$/i.exec(state.properties.Background ?? '')?.[1];
    if (color !== undefined) {
      this.syncing = true;
      const rgba = new Gdk.RGBA();
      rgba.parse(color);
      this.color.rgba = rgba;
      this.syncing = false;
    }
  }

  /** Also makes it visible: who chooses a background wants to see it. */
  private choose(background: string): void {
    void this.control.attempt(async (proxy, cancellable) => {
      await proxy.SetBackground(background, cancellable);
      if (this.control.state.properties.Mode !== 'replace') await proxy.SetMode('replace', cancellable);
    });
  }

  private remove(id: string, name: string): void {
    const toast = new Adw.Toast({
      title: fill(this.translate('“%s” removed'), name),
      button_label: this.translate('Undo'),
      use_markup: false,
    });
    let undone = false;
    toast.connect('button-clicked', () => {
      undone = true;
    });
    toast.connect('dismissed', () => {
      void this.finishRemoval(id, undone);
    });
    this.leaving.add(id);
    this.control.window.add_toast(toast);
    this.sync();
  }

  private async finishRemoval(id: string, undone: boolean): Promise<void> {
    if (!this.leaving.has(id)) return;
    if (!undone) await this.control.attempt((proxy, cancellable) => proxy.RemoveBackground(id, cancellable));
    await this.control.service.refresh('without-cameras');
    this.leaving.delete(id);
    this.sync();
  }

  private async chooseFiles(): Promise<void> {
    const dialog = new Gtk.FileDialog({ title: this.translate('Add Backgrounds'), modal: true });
    const filter = new Gtk.FileFilter({ name: this.translate('Pictures and Clips') });
    for (const type of ['image/*', 'video/mp4', 'video/webm', 'video/x-matroska']) filter.add_mime_type(type);
    dialog.default_filter = filter;
    const files = await new Promise<Gio.ListModel | null>((resolve) => {
      dialog.open_multiple(this.control.window, this.control.service.cancellable, (_source, result) => {
        try {
          resolve(dialog.open_multiple_finish(result));
        } catch {
          // Closed without a choice.
          resolve(null);
        }
      });
    });
    const chosen: Gio.File[] = [];
    for (let index = 0; files !== null && index < files.get_n_items(); index++)
      chosen.push(files.get_item(index) as Gio.File);
    await this.importFiles(chosen);
  }

  /** One after the other, so that many large files do not fill the memory. */
  private async importFiles(files: readonly Gio.File[]): Promise<void> {
    this.arrivals.push(...files);
    if (this.importing || files.length === 0) return;
    this.importing = true;
    this.spinner.spinning = true;
    let done = 0;
    for (let file = this.arrivals.shift(); file !== undefined; file = this.arrivals.shift()) {
      const total = done + 1 + this.arrivals.length;
      this.progress.visible = total > 1;
      this.progress.label = `${done + 1} / ${total}`;
      await this.importFile(file);
      done += 1;
    }
    this.importing = false;
    this.spinner.spinning = false;
    this.progress.visible = false;
    await this.control.service.refresh('without-cameras');
  }

  private async importFile(file: Gio.File): Promise<void> {
    const title = GLib.path_get_basename(file.get_parse_name());
    await this.control.attempt(async (proxy, cancellable) => {
      const data = await readFile(file, LARGEST_BYTES, cancellable);
      if (data === undefined) {
        this.control.toast(fill(this.translate('“%s” is larger than 16 MiB'), title));
        return;
      }
      const name = title.replace(/(.)\.[^.]*$/, '$1').slice(0, 80);
      await proxy.ImportBackground(name, data, {}, cancellable);
    });
  }

  /** With the window goes the chance to undo: what was removed is removed, without waiting for an answer. */
  stop(): void {
    for (const id of this.leaving)
      void this.control.service.proxy?.RemoveBackground(id, null).catch(() => {});
    this.leaving.clear();
  }
}

function hex({ red, green, blue }: Gdk.RGBA): string {
  const two = (part: number) =>
    Math.round(part * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${two(red)}${two(green)}${two(blue)}`;
}

import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import GLib from 'gi://GLib';
import Gtk from 'gi://Gtk';
import Pango from 'gi://Pango';
import { isCancelled } from '../bus/call.js';
import type { BackgroundRow } from '../view/bus-state.js';
import { fill, type Translate } from '../view/words.js';
import type { Control } from './control.js';

const WIDTH = 320;

/** One background: a button with its picture and name, and a button to remove those that can be. */
export class BackgroundTile {
  readonly widget: Gtk.Overlay;
  private readonly button: Gtk.ToggleButton;
  private readonly picture: Gtk.Picture;
  private marked = false;

  constructor(
    private readonly background: BackgroundRow,
    private readonly control: Control,
    translate: Translate,
    actions: { chosen(): void; removed(): void },
  ) {
    const { name, problem, builtin } = background;
    this.picture = new Gtk.Picture({
      content_fit: Gtk.ContentFit.COVER,
      width_request: 128,
      height_request: 77,
      css_classes: ['card'],
      overflow: Gtk.Overflow.HIDDEN,
    });
    const label = new Gtk.Label({ label: name, ellipsize: Pango.EllipsizeMode.END, max_width_chars: 14 });
    const box = new Gtk.Box({ orientation: Gtk.Orientation.VERTICAL, spacing: 6 });
    // A picture asks for as much room as it has pixels.
    const clamp: unknown = new Adw.Clamp({ maximum_size: 136, child: this.picture });
    box.append(clamp as Gtk.Widget);
    box.append(label);
    this.button = new Gtk.ToggleButton({
      child: box,
      css_classes: ['flat'],
      tooltip_text: problem || name,
      sensitive: problem === '',
    });
    this.button.connect('clicked', () => {
      // The mark follows the service, not the click.
      this.mark(this.marked);
      actions.chosen();
    });
    this.widget = new Gtk.Overlay({ child: this.button, halign: Gtk.Align.CENTER });
    if (!builtin && control.has('RemoveBackground')) {
      const remove = new Gtk.Button({
        icon_name: 'user-trash-symbolic',
        tooltip_text: fill(translate('Remove “%s”'), name),
        css_classes: ['osd', 'circular'],
        halign: Gtk.Align.END,
        valign: Gtk.Align.START,
        // Inside the picture, which the button around it keeps a distance from.
        margin_top: 10,
        margin_end: 15,
      });
      remove.connect('clicked', () => actions.removed());
      this.widget.add_overlay(remove);
    }
    void this.load();
  }

  mark(selected: boolean): void {
    this.marked = selected;
    this.button.active = selected;
  }

  private async load(): Promise<void> {
    const { proxy, cancellable } = this.control.service;
    if (proxy === undefined || this.background.problem !== '') return;
    try {
      const png = await this.control.thumbnails.take(() =>
        proxy.GetThumbnail(this.background.id, WIDTH, cancellable),
      );
      this.picture.paintable = Gdk.Texture.new_from_bytes(new GLib.Bytes(png));
    } catch (error) {
      if (!isCancelled(error)) console.debug(`Backscrub: no thumbnail of ${this.background.id}: ${error}`);
    }
  }
}

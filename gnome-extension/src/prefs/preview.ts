import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import GLib from 'gi://GLib';
import Gtk from 'gi://Gtk';
import { isCancelled } from '../bus/call.js';
import type { Translate } from '../view/words.js';
import type { Control } from './control.js';

/** Twice a second is enough to choose by and costs little. */
const INTERVAL_MS = 500;

/** The last composed picture, asked for only while somebody can see it and the camera runs anyway. */
export class Preview {
  readonly group: Adw.PreferencesGroup;
  private readonly picture: Gtk.Picture;
  private timer = 0;
  private asking = false;

  constructor(
    private readonly control: Control,
    translate: Translate,
  ) {
    this.picture = new Gtk.Picture({
      content_fit: Gtk.ContentFit.CONTAIN,
      height_request: 200,
      alternative_text: translate('What others see'),
      css_classes: ['card'],
      overflow: Gtk.Overflow.HIDDEN,
      halign: Gtk.Align.CENTER,
    });
    this.group = new Adw.PreferencesGroup({ visible: false });
    this.group.add(this.picture);
    this.picture.connect('map', () => this.sync());
    this.picture.connect('unmap', () => this.stop());
  }

  sync(): void {
    // Asking for a picture must not open the camera.
    const possible = this.control.has('Snapshot') && this.control.state.properties.State === 'running';
    this.group.visible = possible;
    if (!possible || !this.picture.get_mapped()) {
      this.stop();
      return;
    }
    if (this.timer !== 0) return;
    this.timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, INTERVAL_MS, () => {
      void this.ask();
      return GLib.SOURCE_CONTINUE;
    });
    void this.ask();
  }

  private async ask(): Promise<void> {
    const { proxy, cancellable } = this.control.service;
    if (this.asking || proxy === undefined) return;
    this.asking = true;
    try {
      const jpeg = await proxy.Snapshot({}, cancellable);
      if (this.timer !== 0) this.picture.paintable = Gdk.Texture.new_from_bytes(new GLib.Bytes(jpeg));
    } catch (error) {
      // Between two frames, or not allowed: the picture is an extra, and no reason for a message.
      if (!isCancelled(error)) this.stop();
    }
    this.asking = false;
  }

  stop(): void {
    if (this.timer !== 0) GLib.source_remove(this.timer);
    this.timer = 0;
  }
}

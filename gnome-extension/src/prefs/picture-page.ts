import Adw from 'gi://Adw';
import Gtk from 'gi://Gtk';
import { Latest } from '../view/latest.js';
import { menuView, switchedEffects } from '../view/menu.js';
import type { Translate } from '../view/words.js';
import { ChoiceRow } from './combo.js';
import type { Control } from './control.js';
import { Preview } from './preview.js';

/** Mode, blur and effects, with a small live picture of the result. */
export class PicturePage {
  readonly page: Adw.PreferencesPage;
  private readonly preview: Preview;
  private readonly mode: ChoiceRow;
  private readonly blurRow: Adw.ActionRow;
  private readonly blur: Gtk.Scale;
  private readonly writes: Latest<number>;
  private readonly effectsGroup: Adw.PreferencesGroup;
  private readonly switches = new Map<string, Adw.SwitchRow>();
  private syncing = false;

  constructor(
    private readonly control: Control,
    private readonly translate: Translate,
  ) {
    const _ = translate;
    this.page = new Adw.PreferencesPage({
      title: _('Picture'),
      icon_name: 'image-x-generic-symbolic',
      name: 'picture',
    });
    this.preview = new Preview(control, _);
    this.page.add(this.preview.group);

    const look = new Adw.PreferencesGroup();
    this.mode = new ChoiceRow(
      _('Mode'),
      (id) => void control.attempt((proxy, cancellable) => proxy.SetMode(id, cancellable)),
    );
    look.add(this.mode.row);
    this.writes = new Latest(
      async (value) => {
        await control.attempt((proxy, cancellable) => proxy.setBlurStrength(value, cancellable));
      },
      () => this.sync(),
    );
    this.blur = Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 100, 1);
    this.blur.set({ hexpand: true, width_request: 240, valign: Gtk.Align.CENTER, draw_value: true });
    this.blur.connect('value-changed', () => {
      if (!this.syncing) this.writes.push(Math.round(this.blur.get_value()));
    });
    this.blurRow = new Adw.ActionRow({ title: _('Blur Strength') });
    this.blurRow.add_suffix(this.blur);
    look.add(this.blurRow);
    this.page.add(look);

    this.effectsGroup = new Adw.PreferencesGroup({ title: _('Effects') });
    this.page.add(this.effectsGroup);
  }

  sync(): void {
    const view = menuView(this.control.state, this.translate);
    this.syncing = true;
    this.page.sensitive = this.control.state.running;
    this.mode.sync(view.modes);
    this.blurRow.visible = view.blur !== undefined;
    if (view.blur !== undefined && !this.writes.busy) this.blur.set_value(view.blur);
    this.effectsGroup.visible = view.effects !== undefined;
    for (const { id, label, selected } of view.effects ?? []) this.switchFor(id, label).active = selected;
    this.syncing = false;
    this.preview.sync();
  }

  private switchFor(id: string, title: string): Adw.SwitchRow {
    const known = this.switches.get(id);
    if (known !== undefined) return known;
    const row = new Adw.SwitchRow({ title });
    row.connect('notify::active', () => {
      if (!this.syncing) this.switched(id, row.active);
    });
    this.effectsGroup.add(row);
    this.switches.set(id, row);
    return row;
  }

  private switched(effect: string, on: boolean): void {
    const { AvailableEffects: available = [], Effects: current = [] } = this.control.state.properties;
    const effects = switchedEffects(available, current, effect, on);
    void this.control.attempt((proxy, cancellable) => proxy.SetEffects(effects, cancellable));
  }

  stop(): void {
    this.preview.stop();
  }
}

import Pango from 'gi://Pango';
import St from 'gi://St';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Service } from '../bus/service.js';
import { Latest } from '../view/latest.js';
import { menuView } from '../view/menu.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { BlurItem } from './blur-item.js';
import { ChoiceSection } from './choice-section.js';
import { closeQuickSettings } from './compat.js';
import { Gallery } from './gallery.js';
import { SwitchSection } from './switch-section.js';
import { Thumbnails } from './thumbnails.js';

/** What the tile's menu is made of, below its header. */
export class TileMenu {
  private readonly gallery: Gallery;
  private readonly problem: St.Label;
  private readonly modes: ChoiceSection;
  private readonly gallerySection = new PopupMenu.PopupMenuSection();
  private readonly blur: BlurItem;
  private readonly blurWrites: Latest<number>;
  private readonly effects: SwitchSection;
  private readonly effectsItem: PopupMenu.PopupSubMenuMenuItem;
  private readonly cameras: ChoiceSection;
  private readonly camerasItem: PopupMenu.PopupSubMenuMenuItem;

  constructor(
    menu: PopupMenu.PopupMenuBase,
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const _ = translate;
    const thumbnails = new Thumbnails(service.cancellable);

    this.problem = new St.Label({ style_class: 'backscrub-problem', visible: false });
    this.problem.clutter_text.line_wrap = true;
    this.problem.clutter_text.ellipsize = Pango.EllipsizeMode.NONE;
    menu.box.add_child(this.problem);

    this.modes = new ChoiceSection((mode) => actions.setMode(mode));
    menu.addMenuItem(this.modes.section);

    this.gallery = new Gallery({
      chosen: (id) => actions.setBackground(id),
      thumbnail: async (id) => (service.proxy ? await thumbnails.path(service.proxy, id) : undefined),
    });
    this.gallerySection.box.add_child(this.gallery.actor);
    menu.addMenuItem(this.gallerySection);

    this.blurWrites = new Latest(
      (strength) => actions.setBlur(strength),
      () => this.sync(),
    );
    this.blur = new BlurItem(_('Blur Strength'), (strength) => this.blurWrites.push(strength));
    menu.addMenuItem(this.blur.item);

    menu.addMenuItem(new PopupMenu.PopupSeparatorMenuItem());

    this.effects = new SwitchSection((effect, on) => actions.switchEffect(effect, on));
    this.effectsItem = new PopupMenu.PopupSubMenuMenuItem(_('Effects'), false);
    this.effectsItem.menu.addMenuItem(this.effects.section);
    menu.addMenuItem(this.effectsItem);

    this.cameras = new ChoiceSection((camera) => actions.setCamera(camera));
    this.camerasItem = new PopupMenu.PopupSubMenuMenuItem(_('Camera'), false);
    this.camerasItem.menu.addMenuItem(this.cameras.section);
    menu.addMenuItem(this.camerasItem);

    menu.addAction(_('Preferences'), () => {
      closeQuickSettings();
      openPreferences();
    });
  }

  /** The chosen background is looked up when the menu opens, and the lists are asked for again. */
  opened(): void {
    void this.service.refresh('with-cameras');
    this.gallery.showSelected();
  }

  stop(): void {
    this.gallery.stop();
  }

  sync(): void {
    if (this.service.cancellable.is_cancelled()) return;
    const view = menuView(this.service.state, this.translate);
    this.problem.text = view.problem ?? '';
    this.problem.visible = view.problem !== undefined;
    this.modes.sync(view.modes);
    this.gallerySection.box.visible = view.gallery !== undefined;
    if (view.gallery !== undefined) this.gallery.sync(view.gallery);
    this.blur.item.visible = view.blur !== undefined;
    // What the service reports while the slider moves is where the slider was.
    if (view.blur !== undefined && !this.blurWrites.busy) this.blur.setValue(view.blur);
    this.effectsItem.visible = view.effects !== undefined;
    this.effects.sync(view.effects ?? []);
    this.camerasItem.visible = view.cameras !== undefined;
    this.cameras.sync(view.cameras ?? []);
  }
}

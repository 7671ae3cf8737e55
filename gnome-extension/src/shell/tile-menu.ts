import type St from 'gi://St';
import * as PopupMenu from 'resource:///org/gnome/shell/ui/popupMenu.js';
import type { Service } from '../bus/service.js';
import { Latest } from '../view/latest.js';
import { menuView } from '../view/menu.js';
import type { Translate } from '../view/words.js';
import type { Actions } from './actions.js';
import { BlurItem } from './blur-item.js';
import { Chores } from './chores.js';
import { closeQuickSettings } from './compat.js';
import { Gallery } from './gallery.js';
import { ItemSection, radioItems, switchItems } from './item-section.js';
import { ProblemLabel } from './problem-label.js';
import { Thumbnails } from './thumbnails.js';
import { WarmUp } from './warm-up.js';

/** What the tile's menu is made of, below its header. */
export class TileMenu {
  private readonly chores = new Chores();
  private readonly warmUp: WarmUp;
  private readonly gallery: Gallery;
  private readonly problem = new ProblemLabel();
  private readonly modes: ItemSection<PopupMenu.PopupMenuItem>;
  private readonly gallerySection = new PopupMenu.PopupMenuSection();
  private readonly blur: BlurItem;
  private readonly blurWrites: Latest<number>;
  private readonly effects: ItemSection<PopupMenu.PopupSwitchMenuItem>;
  private readonly effectsItem: PopupMenu.PopupSubMenuMenuItem;
  private readonly cameras: ItemSection<PopupMenu.PopupMenuItem>;
  private readonly camerasItem: PopupMenu.PopupSubMenuMenuItem;

  constructor(
    menu: PopupMenu.PopupMenuBase,
    /** What holds all of the menu. */
    root: St.Widget,
    isReady: () => boolean,
    private readonly service: Service,
    actions: Actions,
    private readonly translate: Translate,
    openPreferences: () => void,
  ) {
    const _ = translate;
    const { chores } = this;
    this.warmUp = new WarmUp(root, chores, isReady);
    const warm = (): void => this.warmUp.go();
    const thumbnails = new Thumbnails(service.cancellable);

    menu.box.add_child(this.problem.label);

    this.modes = new ItemSection(
      radioItems((mode) => actions.setMode(mode)),
      chores,
      warm,
    );
    menu.addMenuItem(this.modes.section);

    this.gallery = new Gallery(
      {
        chosen: (id) => actions.setBackground(id),
        filled: warm,
        picture: (choice) => thumbnails.picture(choice, service.proxy),
      },
      chores,
    );
    this.gallerySection.box.add_child(this.gallery.actor);
    menu.addMenuItem(this.gallerySection);

    this.blurWrites = new Latest(
      (strength) => actions.setBlur(strength),
      () => this.sync(),
    );
    this.blur = new BlurItem(_('Blur Strength'), (strength) => this.blurWrites.push(strength));
    menu.addMenuItem(this.blur.item);

    menu.addMenuItem(new PopupMenu.PopupSeparatorMenuItem());

    this.effects = new ItemSection(
      switchItems((effect, on) => actions.switchEffect(effect, on)),
      chores,
      warm,
    );
    this.effectsItem = new PopupMenu.PopupSubMenuMenuItem(_('Effects'), false);
    this.effectsItem.menu.addMenuItem(this.effects.section);
    menu.addMenuItem(this.effectsItem);

    this.cameras = new ItemSection(
      radioItems((camera) => actions.setCamera(camera)),
      chores,
      warm,
    );
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
    this.chores.add(() => void this.service.refresh('with-cameras'));
    this.gallery.showSelected();
    this.chores.add(() => this.problem.fit());
  }

  /** To be called after what changes the style of all of the menu, when it may be opened next. */
  prepare(): void {
    this.warmUp.startOver();
  }

  /** Does something when the shell has a moment, if the menu is still there then. */
  soon(chore: () => void): void {
    this.chores.add(chore);
  }

  stop(): void {
    this.chores.stop();
    this.gallery.stop();
  }

  sync(): void {
    if (this.service.cancellable.is_cancelled()) return;
    const view = menuView(this.service.state, this.translate);
    this.problem.show(view.problem);
    this.modes.sync(view.modes);
    this.gallerySection.box.visible = view.gallery !== undefined;
    if (view.gallery !== undefined) this.gallery.sync(view.gallery);
    this.blur.item.visible = view.blur !== undefined;
    // What the service reports while the slider moves is where the slider was.
    if (view.blur !== undefined && !this.blurWrites.busy) this.blur.setValue(view.blur);
    this.effectsItem.visible = view.effects !== undefined;
    this.camerasItem.visible = view.cameras !== undefined;
    this.effects.sync(view.effects ?? []);
    this.cameras.sync(view.cameras ?? []);
    this.warmUp.go();
  }
}

/**
 * Where the versions of GNOME Shell, or of their types, differ: GNOME 45 to 50 have the same functions under other names, and
 * @girs/gnome-shell declares some of them wrongly or not at all. All casts for that are here.
 */
import type Clutter from 'gi://Clutter';
import Cogl from 'gi://Cogl';
import GLib from 'gi://GLib';
import St from 'gi://St';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import * as MessageTray from 'resource:///org/gnome/shell/ui/messageTray.js';
import { QuickMenuToggle, type SystemIndicator } from 'resource:///org/gnome/shell/ui/quickSettings.js';
import type { Pixels } from '../view/round-corners.js';

/** The menu of a tile as all versions have it. */
export interface ToggleMenu {
  readonly actor: St.Widget;
  connect(signal: 'open-state-changed', callback: (menu: unknown, open: boolean) => void): number;
  /** After its closing has been shown. */
  connect(signal: 'menu-closed', callback: () => void): number;
  setHeader(icon: string, title: string, subtitle: string): void;
  destroy(): void;
}

export function makeToggle(title: string, iconName: string): QuickMenuToggle {
  const Toggle = QuickMenuToggle as unknown as new (parameters: object) => QuickMenuToggle;
  return new Toggle({ title, icon_name: iconName, visible: false });
}

export function toggleMenu(toggle: QuickMenuToggle): ToggleMenu {
  return toggle.menu as unknown as ToggleMenu;
}

/** The part of the tile that is clicked. The shell passes `reactive` on to the arrow beside it only. */
export function setContentsReactive(toggle: QuickMenuToggle, reactive: boolean): void {
  const { _box: box } = toggle as unknown as { readonly _box?: Clutter.Actor };
  box?.get_first_child()?.set({ reactive });
}

/** GNOME 49 and later: what a screen reader says of the arrow. Other versions have words of their own. */
export function nameArrow(toggle: QuickMenuToggle, name: string): void {
  if ('menuButtonAccessibleName' in toggle)
    (toggle as { menuButtonAccessibleName: string }).menuButtonAccessibleName = name;
}

interface QuickSettings {
  readonly menu: { readonly actor: St.Widget };
  addExternalIndicator(indicator: SystemIndicator): void;
}

function quickSettings(): QuickSettings {
  return (Main.panel.statusArea as unknown as { readonly quickSettings: QuickSettings }).quickSettings;
}

export function addToPanel(indicator: SystemIndicator): void {
  quickSettings().addExternalIndicator(indicator);
}

/** What holds all tiles and their menus. */
export function quickSettingsActor(): St.Widget {
  return quickSettings().menu.actor;
}

/** As the shell's own items do before they open a window. */
export function closeQuickSettings(): void {
  (Main.panel as unknown as { closeQuickSettings(): void }).closeQuickSettings();
}

/** Pixels of the screen in one pixel of a style sheet. */
export function scaleFactor(): number {
  return St.ThemeContext.get_for_stage(global.stage as unknown as Clutter.Stage).scale_factor;
}

/** GNOME 45: St.ScrollView is a container there, without set_child. */
export function setScrolled(view: St.ScrollView, actor: Clutter.Actor): void {
  const either = view as unknown as {
    set_child?(actor: Clutter.Actor): void;
    add_actor?(actor: Clutter.Actor): void;
  };
  if (either.set_child) either.set_child(actor);
  else either.add_actor?.(actor);
}

/** A property of the view itself since GNOME 46, of its scroll bar before. */
export function verticalAdjustment(view: St.ScrollView): St.Adjustment | undefined {
  const { vadjustment, vscroll } = view as unknown as {
    readonly vadjustment?: St.Adjustment;
    readonly vscroll?: { readonly adjustment: St.Adjustment };
  };
  return vadjustment ?? vscroll?.adjustment;
}

/** GNOME 48 and later ask for what draws the stage, too. */
export function imageContent({ data, width, height, rowStride }: Pixels): Clutter.Content {
  const image = St.ImageContent.new_with_preferred_size(width, height) as unknown as Clutter.Content & {
    set_bytes(...parameters: readonly unknown[]): boolean;
  };
  const parameters = [new GLib.Bytes(data), Cogl.PixelFormat.RGBA_8888, width, height, rowStride];
  const { context } = global.stage as unknown as {
    readonly context?: { get_backend(): { get_cogl_context(): unknown } };
  };
  if (image.set_bytes.length > parameters.length)
    image.set_bytes(context?.get_backend().get_cogl_context(), ...parameters);
  else image.set_bytes(...parameters);
  return image;
}

type Source = MessageTray.Source;
type Notification = MessageTray.Notification;

/** What GNOME 46 and later have. */
interface NewTray {
  readonly Source: new (parameters: { title: string; iconName: string }) => Source;
  readonly Notification: new (parameters: { source: Source; title: string; body: string }) => Notification;
}
/** What GNOME 45 has in the place of parameters by name. */
interface OldTray {
  readonly Source: new (title: string, iconName: string) => Source;
  readonly Notification: new (source: Source, title: string, body: string) => Notification;
}

/**
 * Makes a notification with a source of its own, which goes with it.
 * @returns the notification and what shows it
 */
export function makeNotification(
  sourceTitle: string,
  iconName: string,
  title: string,
  body: string,
): { readonly notification: Notification; show(): void } {
  const tray = MessageTray as unknown;
  const modern = 'addNotification' in MessageTray.Source.prototype;
  const source = modern
    ? new (tray as NewTray).Source({ title: sourceTitle, iconName })
    : new (tray as OldTray).Source(sourceTitle, iconName);
  Main.messageTray.add(source);
  const notification = modern
    ? new (tray as NewTray).Notification({ source, title, body })
    : new (tray as OldTray).Notification(source, title, body);
  const shower = source as unknown as Record<
    'addNotification' | 'showNotification',
    (notification: Notification) => void
  >;
  return {
    notification,
    show: () => (modern ? shower.addNotification(notification) : shower.showNotification(notification)),
  };
}

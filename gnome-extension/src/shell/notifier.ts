import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import * as MessageTray from 'resource:///org/gnome/shell/ui/messageTray.js';
import type { Notice } from '../view/notice.js';
import { ICON } from '../view/tile.js';

/** What GNOME 45 has in the place of constructors with parameters by name. */
interface OldMessageTray {
  readonly Source: new (title: string, iconName: string) => OldSource;
  readonly Notification: new (source: OldSource, title: string, body: string) => MessageTray.Notification;
}
interface OldSource extends MessageTray.Source {
  showNotification(notification: MessageTray.Notification): void;
}

/** One notification at a time: a new one takes the place of the one before. */
export class Notifier {
  private notification: MessageTray.Notification | undefined;

  constructor(
    private readonly actionLabel: string,
    private readonly action: (() => void) | undefined,
  ) {}

  show({ title, body }: Notice): void {
    this.withdraw();
    const notification = this.make(title, body);
    if (this.action !== undefined) notification.addAction(this.actionLabel, this.action);
    notification.connect('destroy', () => {
      if (this.notification === notification) this.notification = undefined;
    });
    this.notification = notification;
    const { source } = notification as unknown as {
      readonly source: MessageTray.Source & Partial<OldSource>;
    };
    if ('addNotification' in source) source.addNotification(notification);
    else (source as OldSource).showNotification(notification);
  }

  withdraw(): void {
    const { notification } = this;
    this.notification = undefined;
    notification?.destroy();
  }

  private make(title: string, body: string): MessageTray.Notification {
    // GNOME 46 and later take one object of parameters.
    if ('addNotification' in MessageTray.Source.prototype) {
      const source = new MessageTray.Source({ title: 'Backscrub', iconName: ICON });
      Main.messageTray.add(source);
      return new MessageTray.Notification({ source, title, body });
    }
    const old = MessageTray as unknown as OldMessageTray;
    const source = new old.Source('Backscrub', ICON);
    Main.messageTray.add(source);
    return new old.Notification(source, title, body);
  }
}

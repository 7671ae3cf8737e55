import type * as MessageTray from 'resource:///org/gnome/shell/ui/messageTray.js';
import type { Notice } from '../view/notice.js';
import { ICON } from '../view/tile.js';
import { makeNotification } from './compat.js';

/** One notification at a time: a new one takes the place of the one before. */
export class Notifier {
  private notification: MessageTray.Notification | undefined;

  constructor(
    private readonly actionLabel: string,
    private readonly action: () => void,
  ) {}

  show({ title, body }: Notice): void {
    this.withdraw();
    const { notification, show } = makeNotification('Backscrub', ICON, title, body);
    notification.addAction(this.actionLabel, this.action);
    notification.connect('destroy', () => {
      if (this.notification === notification) this.notification = undefined;
    });
    this.notification = notification;
    show();
  }

  withdraw(): void {
    const { notification } = this;
    this.notification = undefined;
    notification?.destroy();
  }
}

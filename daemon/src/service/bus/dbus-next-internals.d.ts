/** What dbus-next does not export; the lock file holds its version. */
declare module 'dbus-next/lib/marshall-compat.js' {
  import type { Message } from 'dbus-next';

  /** @returns the bytes of a message that has a serial, and descriptors; changes the message's body */
  export function marshallMessage(message: Message): [bytes: Buffer, descriptors: unknown[]];
}

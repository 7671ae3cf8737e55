/** What an engine was told about the room, in the order in which it hears of it. */
export type Room =
  /** No look that it may still show reveals it. */
  | { readonly room: 'hidden' }
  | { readonly room: 'shown' }
  /** It is to hide it by the look of this serial, or a later one, and has not confirmed that. */
  | { readonly room: 'hiding'; readonly serial: number };

export const HIDDEN: Room = { room: 'hidden' };

/** After the engine was told a look. @param reveals whether that look shows the room */
export function told(room: Room, serial: number, reveals: boolean): Room {
  if (reveals) return { room: 'shown' };
  return room.room === 'shown' ? { room: 'hiding', serial } : room;
}

/** Whether the answer to the look of this serial decides about a room that is to be hidden. */
export function decides(room: Room, serial: number): boolean {
  return room.room === 'hiding' && serial >= room.serial;
}

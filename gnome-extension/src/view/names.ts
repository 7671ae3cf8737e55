/** Every name of the bus and of polkit that the extension uses; the service has the same in daemon/src/shared/names.ts. */
export const BUS_NAME = 'org.backscrub';
export const OBJECT_PATH = '/org/backscrub';
export const INTERFACE = 'org.backscrub';
export const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';
export const CONTROL_ACTION = 'org.backscrub.control';

export const SETTINGS = { toggle: 'toggle-shortcut', privacy: 'privacy-shortcut' } as const;

/** Introspection data, and the machine's id for org.freedesktop.DBus.Peer (D-Bus specification, "Standard Interfaces"). */
import { readFile } from 'node:fs/promises';
import { INTERFACE_XML } from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { OBJECT_PATH } from '../../shared/names.js';

export const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
export const PEER = 'org.freedesktop.DBus.Peer';
export const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';

const DOCTYPE = `<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
`;

const BARE_INTERFACES = `  <interface name="${INTROSPECTABLE}">
    <method name="Introspect">
      <arg name="xml_data" type="s" direction="out"/>
    </method>
  </interface>
  <interface name="${PEER}">
    <method name="Ping"/>
    <method name="GetMachineId">
      <arg name="machine_uuid" type="s" direction="out"/>
    </method>
  </interface>
`;

const PROPERTIES_XML = `  <interface name="${PROPERTIES_INTERFACE}">
    <method name="Get">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="properties" type="a{sv}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface_name" type="s" direction="in"/>
      <arg name="property_name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface_name" type="s"/>
      <arg name="changed_properties" type="a{sv}"/>
      <arg name="invalidated_properties" type="as"/>
    </signal>
  </interface>
`;

/** @returns undefined for a path where there is neither an object nor one below */
export function introspect(path: string): string | undefined {
  if (path === OBJECT_PATH) {
    return `${DOCTYPE}<node>\n${BARE_INTERFACES}${PROPERTIES_XML}${INTERFACE_XML}</node>\n`;
  }
  const prefix = path === '/' ? '/' : `${path}/`;
  if (!OBJECT_PATH.startsWith(prefix)) return undefined;
  const child = OBJECT_PATH.slice(prefix.length).split('/')[0];
  return `${DOCTYPE}<node>\n${BARE_INTERFACES}  <node name="${child}"/>\n</node>\n`;
}

/** Where machine-id(5) is kept, and where older systems have it. */
const MACHINE_ID_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/** @throws BackscrubError when the machine has none */
export async function machineId(): Promise<string> {
  for (const file of MACHINE_ID_FILES) {
    const id = await readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
    if (/^[0-9a-f]{32}$/.test(id)) return id;
  }
  throw new BackscrubError('Failed', 'This machine has no valid machine id; run systemd-machine-id-setup.');
}

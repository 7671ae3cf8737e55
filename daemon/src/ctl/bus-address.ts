import { usageFailure } from './failure.js';

/** Where the system bus listens unless DBUS_SYSTEM_BUS_ADDRESS says otherwise (D-Bus specification, "Well-known names"). */
const SYSTEM_BUS = 'unix:path=/run/dbus/system_bus_socket';

/** The bus that is meant: `--bus`, the environment, the system bus. */
export function chooseBusAddress(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const fromEnvironment = env['DBUS_SYSTEM_BUS_ADDRESS'];
  return given ?? (fromEnvironment === undefined || fromEnvironment === '' ? SYSTEM_BUS : fromEnvironment);
}

/**
 * The path of the socket behind a D-Bus address, with a leading zero byte for an abstract one. The first address of a
 * list that names a unix socket counts.
 *
 * @throws Failure (usage) when there is none
 */
export function socketOfAddress(address: string): string {
  for (const single of address.split(';')) {
    const [, transport, rest] = /^([a-z]+):(.*)$/.exec(single.trim()) ?? [];
    if (transport !== 'unix' || rest === undefined) continue;
    for (const pair of rest.split(',')) {
      const equals = pair.indexOf('=');
      const key = pair.slice(0, equals);
      const value = unescapeValue(pair.slice(equals + 1));
      if (value === undefined || value === '') continue;
      if (key === 'path') return value;
      if (key === 'abstract') return `\0${value}`;
    }
  }
  throw usageFailure(
    `"${address}" is not the address of a bus that can be used here; it looks like unix:path=/run/dbus/system_bus_socket.`,
  );
}

/** Values are escaped like URLs, byte by byte (D-Bus specification, "Server Addresses"). */
function unescapeValue(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** Other services on the bus, as the service asks and hears them; free of the D-Bus library. */

export interface RemoteCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  /** Milliseconds until nobody waits for the answer any more; undefined: the bus says when there will be none. */
  readonly timeout?: number;
}

export interface RemoteReply {
  /** Unique name of who answered, stamped by the bus daemon. */
  readonly sender: string;
  readonly body: readonly unknown[];
}

/** An error that the other side, or the bus in its place, has answered with. */
export class RemoteError extends Error {
  constructor(
    readonly dbusName: string,
    text: string,
  ) {
    super(text);
    this.name = 'RemoteError';
  }
}

export interface RemoteSignal {
  /** Unique name of who sent it, stamped by the bus daemon: anybody may send anything to anybody. */
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  /** Read when it is asked for: look at the sender first. */
  readonly body: readonly unknown[];
}

export interface RemoteBus {
  /** @throws RemoteError, or Error when there is no answer in time */
  request(call: RemoteCall): Promise<RemoteReply>;
  /**
   * Has the bus send signals that match the rule (D-Bus specification, "Match Rules"). The listener hears every signal that
   * comes, also those that others asked for or that somebody sent to us alone: it looks at the sender and all the rest.
   *
   * @returns ends it
   */
  onSignal(rule: string, listener: (signal: RemoteSignal) => void): Promise<() => void>;
}

/** The bus daemon itself: nobody else can have this name as a sender. */
export const BUS_DAEMON = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;

/** The bus daemon itself answers at once, or not at all. */
export const BUS_MS = 15_000;

const NO_OWNER = 'org.freedesktop.DBus.Error.NameHasNoOwner';

/**
 * Tells who owns a name now and at each change.
 *
 * @param name unique or well-known
 * @param changed gets the owner's unique name, "" when there is none; first called before this resolves
 * @returns ends it
 */
export async function watchOwner(
  bus: RemoteBus,
  name: string,
  changed: (owner: string) => void,
): Promise<() => void> {
  const rule = `type='signal',sender='${BUS_DAEMON.destination}',member='NameOwnerChanged',arg0='${name}'`;
  let told = false;
  const stop = await bus.onSignal(rule, (signal) => {
    if (signal.sender !== BUS_DAEMON.destination || signal.member !== 'NameOwnerChanged') return;
    const [subject, , owner] = signal.body;
    if (subject !== name || typeof owner !== 'string') return;
    told = true;
    changed(owner);
  });
  try {
    const owner = await ownerOf(bus, name);
    // A change that came meanwhile is newer.
    if (!told) changed(owner);
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

async function ownerOf(bus: RemoteBus, name: string): Promise<string> {
  try {
    const call = { ...BUS_DAEMON, member: 'GetNameOwner', signature: 's', body: [name], timeout: BUS_MS };
    const { sender, body } = await bus.request(call);
    return sender === BUS_DAEMON.destination ? String(body[0]) : '';
  } catch (error) {
    if (error instanceof RemoteError && error.dbusName === NO_OWNER) return '';
    throw error;
  }
}

/** A plain client on a private bus, with typed errors. */

import { type TypedValue, ValueWriter, writeMessage } from '@backscrub/daemon/shared/message-writer.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '@backscrub/daemon/shared/names.js';
import { DBusError, Message, type MessageBus, sessionBus, Variant } from 'dbus-next';

export const PROPERTIES = 'org.freedesktop.DBus.Properties';

export interface PropertiesChanged {
  readonly interface: string;
  readonly changed: Readonly<Record<string, unknown>>;
}

/** What a call came to: a body, or an error's name and text. */
export type Outcome =
  | { readonly body: readonly unknown[]; readonly signature: string; readonly error?: undefined }
  | { readonly error: string; readonly text: string };

export class BusClient {
  /** All of PropertiesChanged in the order of arrival. */
  readonly changes: PropertiesChanged[] = [];
  #waiting: (() => void)[] = [];

  private constructor(readonly bus: MessageBus) {
    bus.on('message', (message: Message) => {
      if (message.member !== 'PropertiesChanged' || message.path !== OBJECT_PATH) return;
      const [name, changed] = message.body as [string, Record<string, Variant>];
      const plain = Object.fromEntries(Object.entries(changed).map(([key, variant]) => [key, variant.value]));
      this.changes.push({ interface: name, changed: plain });
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(address: string): Promise<BusClient> {
    return await BusClient.#open(sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket=') }));
  }

  /** The bus takes it for a connection of this user's; only root can do that. */
  static async openAs(address: string, user: number): Promise<BusClient> {
    const { getuid, seteuid } = process;
    if (getuid === undefined || seteuid === undefined) throw new Error('there are no users here');
    seteuid(user);
    // The library says who it is, and the kernel confirms it.
    process.getuid = () => user;
    try {
      return await BusClient.open(address);
    } finally {
      process.getuid = getuid;
      seteuid(getuid());
    }
  }

  static async #open(bus: MessageBus): Promise<BusClient> {
    await new Promise<void>((resolve, reject) => {
      bus.on('connect', resolve);
      bus.on('error', reject);
    });
    const client = new BusClient(bus);
    await client.raw('AddMatch', 's', [`type='signal',interface='${PROPERTIES}'`], {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
    });
    return client;
  }

  async raw(
    member: string,
    signature: string,
    body: unknown[],
    address: { destination?: string; path?: string; interface?: string } = {},
  ): Promise<Outcome> {
    const target = { destination: BUS_NAME, path: OBJECT_PATH, interface: INTERFACE, ...address };
    const { interface: name, ...rest } = target;
    try {
      const reply = await this.bus.call(
        new Message({ ...rest, ...(name === '' ? {} : { interface: name }), member, signature, body }),
      );
      return { body: reply?.body ?? [], signature: reply?.signature ?? '' };
    } catch (error) {
      if (error instanceof DBusError) return { error: error.type, text: error.text };
      throw error;
    }
  }

  /** @throws Error with the error's name when the call fails */
  async call(member: string, signature = '', ...body: unknown[]): Promise<readonly unknown[]> {
    const outcome = await this.raw(member, signature, body);
    if (outcome.error !== undefined) throw new Error(`${outcome.error}: ${outcome.text}`);
    return outcome.body;
  }

  /** ImportBackground with any number of bytes, which the library would take minutes for. */
  async importBackground(
    name: string,
    data: Uint8Array,
    options: Readonly<Record<string, TypedValue>> = {},
  ): Promise<Outcome> {
    const body = new ValueWriter().string(name).bytes(data).dictionary(options);
    return await this.exchange('ImportBackground', 'saya{sv}', body);
  }

  /** A call whose body is written already. */
  async exchange(
    member: string,
    signature: string,
    body: ValueWriter,
    interfaceName = INTERFACE,
  ): Promise<Outcome> {
    const serial = this.bus.newSerial();
    const answer = new Promise<Message>((resolve) => {
      const listen = (message: Message): void => {
        if ((message.replySerial as unknown) !== serial) return;
        this.bus.off('message', listen);
        resolve(message);
      };
      this.bus.on('message', listen);
    });
    const head = { type: 1, flags: 0, path: OBJECT_PATH, interface: interfaceName } as const;
    const message = writeMessage({ ...head, serial, member, destination: BUS_NAME, signature }, body);
    const { stream } = (this.bus as unknown as { _connection: { stream: { write(data: Buffer): void } } })
      ._connection;
    stream.write(message);
    const received = await answer;
    if (received.errorName) return { error: received.errorName, text: String(received.body[0]) };
    return { body: received.body, signature: received.signature };
  }

  async get(property: string): Promise<unknown> {
    const outcome = await this.raw('Get', 'ss', [INTERFACE, property], { interface: PROPERTIES });
    if (outcome.error !== undefined) throw new Error(`${outcome.error}: ${outcome.text}`);
    return (outcome.body[0] as Variant).value;
  }

  async set(property: string, signature: string, value: unknown): Promise<Outcome> {
    const body = [INTERFACE, property, new Variant(signature, value)];
    return await this.raw('Set', 'ssv', body, { interface: PROPERTIES });
  }

  /** Waits until a property has a value, however often it changes before. */
  async until(property: string, accept: (value: unknown) => boolean): Promise<unknown> {
    for (;;) {
      const change = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const value = await this.get(property);
      if (accept(value)) return value;
      await change;
    }
  }

  close(): void {
    (this.bus as unknown as { _connection: { stream: { destroy(): void } } })._connection.stream.destroy();
  }
}

/**
 * backscrubctl's side of the bus, and the only file here that knows dbus-next. Of that only the low level is used: its
 * proxies believe signals from anybody, and it neither times out nor tells when the connection ends.
 */
import type { Socket } from 'node:net';
import {
  DBusError,
  Message,
  type MessageBus,
  type MessageFlag,
  MessageType,
  sessionBus,
  Variant,
} from 'dbus-next';
import {
  METHODS,
  type MethodInputs,
  type MethodName,
  type MethodOutputs,
  PROPERTIES,
  type PropertyValues,
  type WritablePropertyName,
} from '../generated/contract.js';
import { type TypedValue, ValueWriter, writeMessage } from '../shared/message-writer.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '../shared/names.js';
import { socketOfAddress } from './bus-address.js';
import { EXIT, Failure, messageOf } from './failure.js';
import { busLost, failureFromReply, noAnswer, noBus } from './service-error.js';
import { allProperties } from './values.js';
import { ServiceWatch, type Watcher } from './watch.js';

/** A value with its D-Bus type, for dictionaries. */
export { Variant };

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};
const PROPERTIES_INTERFACE = 'org.freedesktop.DBus.Properties';
/** Header flag of the D-Bus specification that dbus-next has no name for: polkit may ask for a password. */
const ALLOW_INTERACTIVE_AUTHORIZATION = 4 as number as MessageFlag;

/** Milliseconds to wait. A change may have to wait for somebody to type a password. */
export interface Patience {
  readonly connect: number;
  readonly read: number;
  readonly change: number;
}
export const DEFAULT_PATIENCE: Patience = { connect: 5_000, read: 25_000, change: 120_000 };

export interface Client {
  /** @throws Failure with the service's words */
  call<M extends MethodName>(method: M, ...args: MethodInputs[M]): Promise<MethodOutputs[M]>;
  /** ImportBackground, which carries too many bytes for the library. @returns the id */
  importBackground(...args: MethodInputs['ImportBackground']): Promise<string>;
  set<P extends WritablePropertyName>(property: P, value: PropertyValues[P]): Promise<void>;
  properties(): Promise<PropertyValues>;
  /** Never resolves; does not start the service. @throws Failure when the bus goes away */
  watch(watcher: Watcher): Promise<never>;
  close(): void;
}

/** @param address of the bus. @throws Failure when there is no bus or it does not let us in */
export async function connect(address: string, patience = DEFAULT_PATIENCE): Promise<Client> {
  const socket = socketOfAddress(address);
  // Its own `unix:path=` would try to load an optional native package first.
  const bus = sessionBus({ busAddress: `unix:socket=${socket}` });
  const connection = new Connection(bus);
  try {
    await connection.opened(patience.connect);
  } catch (error) {
    connection.close();
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw noBus(address, code, messageOf(error));
  }
  return new BusClient(bus, connection, patience);
}

/** Adds to a MessageBus what it lacks: an end, and limits of time. */
class Connection {
  readonly #stream: Socket;
  /** Rejects when the connection is gone. */
  readonly lost: Promise<never>;

  constructor(readonly bus: MessageBus) {
    const { _connection: inner } = bus as unknown as { readonly _connection: { readonly stream: Socket } };
    this.#stream = inner.stream;
    this.lost = new Promise<never>((_, reject) => {
      bus.on('error', reject);
      this.#stream.on('end', () => reject(busLost()));
      this.#stream.on('close', () => reject(busLost()));
    });
    this.lost.catch(() => {});
  }

  opened(limit: number): Promise<void> {
    const open = new Promise<void>((resolve) => this.bus.on('connect', resolve));
    return this.within(open, limit, () => {
      const text = `The message bus did not answer within ${limit / 1000} seconds.`;
      return new Failure(EXIT.unreachable, text, 'Is this the address of a D-Bus message bus?');
    });
  }

  async within<T>(work: Promise<T>, limit: number, late: () => Failure): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late()), limit);
    });
    try {
      return await Promise.race([work, this.lost, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a message that is written already, and waits for the answer to its serial. */
  async exchange(message: Buffer, serial: number): Promise<Message> {
    const answer = new Promise<Message>((resolve) => {
      const listen = (received: Message): void => {
        if ((received.replySerial as unknown) !== serial) return;
        this.bus.off('message', listen);
        resolve(received);
      };
      this.bus.on('message', listen);
    });
    this.#stream.write(message);
    const received = await answer;
    if (received.type === MessageType.ERROR) {
      throw new DBusError(received.errorName, String(received.body[0] ?? ''), received);
    }
    return received;
  }

  /** The library only closes its half and would wait for the bus to close the other. */
  close(): void {
    this.#stream.destroy();
  }
}

class BusClient implements Client {
  constructor(
    readonly bus: MessageBus,
    readonly connection: Connection,
    readonly patience: Patience,
  ) {}

  async call<M extends MethodName>(method: M, ...args: MethodInputs[M]): Promise<MethodOutputs[M]> {
    const signature = METHODS[method].inSignature;
    const body = await this.#change(INTERFACE, method, signature, args);
    // The contract says what it is; whoever reads it takes the D-Bus types off with plainValue.
    return body as MethodOutputs[M];
  }

  async importBackground(...[name, data, options]: MethodInputs['ImportBackground']): Promise<string> {
    const serial = this.bus.newSerial();
    const { inSignature } = METHODS.ImportBackground;
    const message = writeMessage(
      {
        type: 1,
        flags: ALLOW_INTERACTIVE_AUTHORIZATION,
        serial,
        path: OBJECT_PATH,
        interface: INTERFACE,
        member: 'ImportBackground',
        destination: BUS_NAME,
        signature: inSignature,
      },
      new ValueWriter()
        .string(name)
        .bytes(data)
        .dictionary(options as Record<string, TypedValue>),
    );
    const work = this.connection.exchange(message, serial);
    return String((await this.#answerTo(work, this.patience.change))[0]);
  }

  async set<P extends WritablePropertyName>(property: P, value: PropertyValues[P]): Promise<void> {
    const variant = new Variant(PROPERTIES[property].signature, value);
    await this.#change(PROPERTIES_INTERFACE, 'Set', 'ssv', [INTERFACE, property, variant]);
  }

  async properties(): Promise<PropertyValues> {
    return allProperties((await this.#request(getAll(BUS_NAME), this.patience.read))[0]);
  }

  close(): void {
    this.connection.close();
  }

  async watch(watcher: Watcher): Promise<never> {
    const limit = this.patience.read;
    const watch = new ServiceWatch(watcher, {
      newSerial: () => this.bus.newSerial(),
      askProperties: async (owner, serial) => void (await this.#request(getAll(owner, serial), limit)),
    });
    this.bus.on('message', (message) => watch.handle(message));
    const changes = `interface='${PROPERTIES_INTERFACE}',member='PropertiesChanged',path='${OBJECT_PATH}'`;
    for (const rule of [
      `type='signal',sender='${BUS.destination}',member='NameOwnerChanged',arg0='${BUS_NAME}'`,
      `type='signal',sender='${BUS_NAME}',${changes}`,
    ]) {
      await this.#request(new Message({ ...BUS, member: 'AddMatch', signature: 's', body: [rule] }), limit);
    }
    const serial = this.bus.newSerial();
    watch.expectOwner(serial);
    const question = { ...BUS, member: 'GetNameOwner', signature: 's', body: [BUS_NAME], serial };
    // That nobody owns the name is an answer too, and the watch has heard it.
    this.#request(new Message(question), limit).catch(() => {});
    return this.connection.lost;
  }

  async #change(iface: string, member: string, signature: string, body: unknown[]): Promise<unknown[]> {
    const message = new Message({
      destination: BUS_NAME,
      path: OBJECT_PATH,
      interface: iface,
      member,
      signature,
      body,
      flags: ALLOW_INTERACTIVE_AUTHORIZATION,
    });
    return await this.#request(message, this.patience.change);
  }

  async #request(message: Message, limit: number): Promise<unknown[]> {
    return await this.#answerTo(this.bus.call(message), limit);
  }

  async #answerTo(work: Promise<Message | null>, limit: number): Promise<unknown[]> {
    try {
      const reply = await this.connection.within(work, limit, () => noAnswer(limit / 1000));
      return reply?.body ?? [];
    } catch (error) {
      if (error instanceof DBusError) {
        const reply: unknown = error.reply;
        const sender = reply instanceof Message ? reply.sender : '';
        throw failureFromReply(error.type, String(error.text), sender !== BUS.destination);
      }
      throw error instanceof Failure ? error : new Failure(EXIT.unreachable, messageOf(error));
    }
  }
}

function getAll(destination: string, serial?: number): Message {
  return new Message({
    destination,
    path: OBJECT_PATH,
    interface: PROPERTIES_INTERFACE,
    member: 'GetAll',
    signature: 's',
    body: [INTERFACE],
    ...(serial === undefined ? {} : { serial }),
  });
}

/**
 * The service's connection to the bus, and the only file (with wire.ts) that knows dbus-next. Its service side is not used:
 * it hides the caller and answers errors with stacks. Calls come in here raw and always get exactly one answer.
 */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import {
  DBusError,
  Message,
  type MessageBus,
  MessageFlag,
  type MessageLike,
  MessageType,
  NameFlag,
  sessionBus,
} from 'dbus-next';
import { collectGarbageSoon } from '../../shared/collect-garbage.js';
import { BackscrubError, ERROR_NAMES } from '../../shared/errors.js';
import type { Log } from '../../shared/log.js';
import { ValueWriter, writeMessage } from '../../shared/message-writer.js';
import { type Admission, LargeBodies } from './large-bodies.js';
import { MarshalledBodies } from './marshalled-bodies.js';
import type { MethodCall, MethodReply, Signal } from './message.js';
import { guardReads, type ReadGuard } from './read-guard.js';
import {
  BUS_DAEMON,
  type RemoteBus,
  type RemoteCall,
  RemoteError,
  type RemoteReply,
  type RemoteSignal,
} from './remote.js';
import { toWire } from './wire.js';

/** Header flag of the D-Bus specification that dbus-next has no name for. */
const ALLOW_INTERACTIVE_AUTHORIZATION = 4;
const PRIMARY_OWNER = 1;
const ALREADY_OWNER = 4;

export type CallHandler = (call: MethodCall) => Promise<MethodReply>;

export class BusConnection implements RemoteBus {
  readonly #bus: MessageBus;
  readonly #log: Log;
  readonly #guard: ReadGuard;
  readonly #bodies = new MarshalledBodies();
  readonly #largeBodies = new LargeBodies(collectGarbageSoon);
  readonly #listeners = new Set<(signal: RemoteSignal) => void>();
  /** Resolves with a text when the connection is gone, also after `close`. */
  readonly lost: Promise<string>;

  private constructor(bus: MessageBus, log: Log) {
    this.#bus = bus;
    this.#log = log;
    const stream = streamOf(bus);
    this.lost = new Promise((resolve) => {
      stream.on('close', () => resolve('the connection to the bus has ended'));
      stream.on('end', () => resolve('the bus has closed the connection'));
      stream.on('error', (error) => resolve(`the connection to the bus failed: ${error.message}`));
    });
    // Among them is a message of a kind that the library does not know; it is dropped, the connection stays.
    bus.on('error', (error: unknown) =>
      log('debug', `bus: ${error instanceof Error ? error.message : String(error)}`),
    );
    this.#guard = guardReads(stream);
    bus.on('message', (message: Message) => {
      if (message.type !== MessageType.SIGNAL) return;
      const { sender, path, member, signature, body } = message;
      for (const listener of [...this.#listeners])
        listener({ sender, path, interface: message.interface ?? '', member, signature, body });
    });
  }

  /**
   * @param address a D-Bus address, for example unix:path=/run/dbus/system_bus_socket
   * @throws BackscrubError when there is no bus
   */
  static async open(address: string, log: Log): Promise<BusConnection> {
    const bus = sessionBus({ busAddress: withoutOptionalPackage(address) });
    const connection = new BusConnection(bus, log);
    const connected = new Promise<undefined>((resolve) => bus.on('connect', () => resolve(undefined)));
    const reason = await Promise.race([connected, connection.lost]);
    if (reason !== undefined) throw new BackscrubError('Failed', `There is no bus at ${address}: ${reason}.`);
    return connection;
  }

  /** Unique name of this connection. */
  get name(): string {
    return (this.#bus as unknown as { name: string }).name;
  }

  /** Every method call goes to the handler; what it throws goes to the caller, without a stack. */
  serve(handler: CallHandler): void {
    this.#bus.addMethodHandler((message: Message): true => {
      const { sender, interface: name, member } = message;
      const { large } = this.#guard;
      // Now or never: the body comes next over the connection.
      const admission = large && this.#largeBodies.admit(sender, name ?? '', member, large);
      void this.#answer(message, handler, large?.signature ?? message.signature, admission);
      return true;
    });
  }

  /** @throws BackscrubError when somebody else owns the name */
  async ownName(name: string): Promise<void> {
    const answer = await this.#callBus('RequestName', 'su', [name, NameFlag.DO_NOT_QUEUE]);
    if (answer === PRIMARY_OWNER || answer === ALREADY_OWNER) return;
    throw new BackscrubError(
      'Failed',
      `Another service owns the name ${name} on this bus; stop it first (systemctl stop backscrub).`,
    );
  }

  /** The uid that the bus daemon saw when this peer connected. @throws when the peer is gone */
  async userOf(uniqueName: string): Promise<number> {
    const uid = await this.#callBus('GetConnectionUnixUser', 's', [uniqueName]);
    if (typeof uid !== 'number') throw new Error('the bus did not answer with a user');
    return uid;
  }

  async request({ timeout, body, ...call }: RemoteCall): Promise<RemoteReply> {
    const message = new Message({ ...call, body: body.map(toWire) });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      if (timeout === undefined) return;
      timer = setTimeout(() => {
        // The library waits for ever.
        delete repliesOf(this.#bus)[String(message.serial)];
        reject(new Error(`no answer within ${timeout / 1000} s`));
      }, timeout);
    });
    try {
      const reply = await Promise.race([this.#bus.call(message), late]);
      return { sender: reply?.sender ?? '', body: reply?.body ?? [] };
    } catch (error) {
      throw error instanceof DBusError ? new RemoteError(error.type, error.text) : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async onSignal(rule: string, listener: (signal: RemoteSignal) => void): Promise<() => void> {
    this.#listeners.add(listener);
    try {
      await this.#callBus('AddMatch', 's', [rule]);
    } catch (error) {
      this.#listeners.delete(listener);
      throw error;
    }
    return () => {
      if (!this.#listeners.delete(listener)) return;
      this.#callBus('RemoveMatch', 's', [rule]).catch(() => {});
    };
  }

  /** Every signal that comes; whoever wants some to come asks the bus for them. */
  hear(listener: (signal: RemoteSignal) => void): void {
    this.#listeners.add(listener);
  }

  /** @throws Error when the bus does not answer, or what it answers does not arrive */
  async ping(timeout: number): Promise<void> {
    await this.request({ ...BUS_DAEMON, member: 'GetId', signature: '', body: [], timeout });
  }

  emit(signal: Signal): void {
    this.#send({ type: MessageType.SIGNAL, ...signal, body: signal.body.map(toWire) });
  }

  /** Resolves when everything that was sent has left. */
  async close(): Promise<void> {
    const stream = streamOf(this.#bus);
    await new Promise<void>((resolve) => stream.end(resolve));
    stream.destroy();
  }

  async #callBus(member: string, signature: string, body: unknown[]): Promise<unknown> {
    const reply = await this.request({ ...BUS_DAEMON, member, signature, body });
    if (reply.sender !== BUS_DAEMON.destination)
      throw new Error(`an answer to ${member} did not come from the bus`);
    return reply.body[0];
  }

  async #answer(
    message: Message,
    handler: CallHandler,
    argumentTypes: string,
    large: Admission | undefined,
  ): Promise<void> {
    const head = { replySerial: message.serial as unknown as string, destination: message.sender };
    const silent = (message.flags & MessageFlag.NO_REPLY_EXPECTED) !== 0;
    try {
      const { signature, body } = await handler({
        sender: message.sender,
        interactive: (message.flags & ALLOW_INTERACTIVE_AUTHORIZATION) !== 0,
        path: message.path,
        interface: message.interface ?? '',
        member: message.member,
        signature: argumentTypes,
        body: large ? [] : message.body,
        ...(large ? { large } : {}),
      });
      if (silent) return;
      const known = this.#bodies.get({ signature, body });
      if (known) this.#sendBody(message, signature, new ValueWriter().marshalled(known));
      else if (signature === 'ay' && body[0] instanceof Uint8Array)
        this.#sendBody(message, signature, new ValueWriter().bytes(body[0]));
      else this.#send({ type: MessageType.METHOD_RETURN, ...head, signature, body: body.map(toWire) });
    } catch (error) {
      if (!silent)
        this.#send({ type: MessageType.ERROR, ...head, signature: 's', ...this.#errorParts(error, message) });
    } finally {
      large?.release();
    }
  }

  /** Around the library, which takes a second for a picture, and milliseconds for a list that it has marshalled before. */
  #sendBody({ serial, sender }: Message, signature: string, body: ValueWriter): void {
    const head = { type: 2, flags: 0, serial: this.#bus.newSerial(), signature } as const;
    const replySerial = serial as unknown as number;
    const answer = writeMessage({ ...head, replySerial, destination: sender }, body);
    const stream = streamOf(this.#bus);
    if (stream.writable) stream.write(answer);
  }

  #errorParts(error: unknown, message: Message): Pick<MessageLike, 'errorName' | 'body'> {
    if (error instanceof BackscrubError) return { errorName: error.dbusName, body: [error.message] };
    // A fault of ours: details stay here.
    this.#log('error', `${message.member} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return {
      errorName: ERROR_NAMES.Failed,
      body: ['Internal error; the log of the service has the details.'],
    };
  }

  #send(message: MessageLike): void {
    try {
      this.#bus.send(new Message(message));
    } catch (error) {
      // The connection is gone, which `lost` tells.
      this.#log('debug', `not sent: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Who waits for which answer. */
function repliesOf(bus: MessageBus): Record<string, unknown> {
  return (bus as unknown as { _methodReturnHandlers: Record<string, unknown> })._methodReturnHandlers;
}

function streamOf(bus: MessageBus): Socket {
  return (bus as unknown as { _connection: { stream: Socket } & EventEmitter })._connection.stream;
}

/** For `unix:path=` the library tries to load a native package for passing descriptors; `unix:socket=` is a plain socket. */
function withoutOptionalPackage(address: string): string {
  return address.replace(/^unix:path=/, 'unix:socket=');
}

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
import type { Clock } from '../session/ports.js';
import { FairQueue, type Place } from './fair-queue.js';
import { LargeBodies, MAX_ANSWER_BYTES, MAX_ANSWER_VALUES, MAX_BODY_BYTES } from './large-bodies.js';
import { MarshalledBodies } from './marshalled-bodies.js';
import type { CallTarget, MethodCall, MethodReply, Signal } from './message.js';
import { type BodyReceiver, MESSAGE, type MessageHead, MessageReader } from './message-reader.js';
import {
  BUS_DAEMON,
  BUS_MS,
  type RemoteBus,
  type RemoteCall,
  RemoteError,
  type RemoteReply,
  type RemoteSignal,
} from './remote.js';
import { readValues } from './value-reader.js';
import { marshalBody, toWire } from './wire.js';

/** Header flag of the D-Bus specification that dbus-next has no name for. */
const ALLOW_INTERACTIVE_AUTHORIZATION = 4;
const PRIMARY_OWNER = 1;
const ALREADY_OWNER = 4;

const TOO_MANY = new BackscrubError(
  'LimitsExceeded',
  'Too many of your calls wait to be answered; wait for some of them, then try again.',
);
const STARTING = new BackscrubError('Failed', 'The service is still starting; try again.');

export interface CallHandler {
  /** Whether the arguments are wanted; a body of any other call is not read. */
  takes(call: CallTarget): boolean;
  handle(call: MethodCall): Promise<MethodReply>;
}

export class BusConnection implements RemoteBus {
  readonly #bus: MessageBus;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #bodies = new MarshalledBodies();
  readonly #largeBodies = new LargeBodies(collectGarbageSoon);
  readonly #calls = new FairQueue(setImmediate);
  readonly #listeners = new Set<(signal: RemoteSignal) => void>();
  #handler: CallHandler | undefined;
  /** Resolves with a text when the connection is gone, also after `close`. */
  readonly lost: Promise<string>;

  private constructor(bus: MessageBus, clock: Clock, log: Log) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
    const stream = streamOf(bus);
    this.lost = new Promise((resolve) => {
      stream.on('close', () => resolve('the connection to the bus has ended'));
      stream.on('end', () => resolve('the bus has closed the connection'));
      stream.on('error', (error) => resolve(`the connection to the bus failed: ${error.message}`));
    });
    bus.on('error', (error: unknown) => this.#dropped(error));
    readInstead(bus, new MessageReader((head) => this.#receive(head)));
  }

  /**
   * @param address a D-Bus address, for example unix:path=/run/dbus/system_bus_socket
   * @throws BackscrubError when there is no bus
   */
  static async open(address: string, clock: Clock, log: Log): Promise<BusConnection> {
    const bus = sessionBus({ busAddress: withoutOptionalPackage(address) });
    const connection = new BusConnection(bus, clock, log);
    const connected = new Promise<undefined>((resolve) => bus.on('connect', () => resolve(undefined)));
    let cancelTimer = (): void => {};
    const late = new Promise<string>((resolve) => {
      cancelTimer = clock.after(BUS_MS, () => resolve('it does not answer'));
    });
    const reason = await Promise.race([connected, connection.lost, late]);
    cancelTimer();
    if (reason !== undefined) throw new BackscrubError('Failed', `There is no bus at ${address}: ${reason}.`);
    return connection;
  }

  /** Unique name of this connection. */
  get name(): string {
    return (this.#bus as unknown as { name: string }).name;
  }

  /** Every method call goes to the handler; what it throws goes to the caller, without a stack. */
  serve(handler: CallHandler): void {
    this.#handler = handler;
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
    let cancelTimer = (): void => {};
    const late = new Promise<never>((_, reject) => {
      if (timeout === undefined) return;
      cancelTimer = this.#clock.after(timeout, () => {
        // The library waits for ever.
        delete repliesOf(this.#bus)[String(message.serial)];
        reject(new Error(`no answer within ${timeout / 1000} s`));
      });
    });
    try {
      const reply = await Promise.race([this.#bus.call(message), late]);
      return { sender: reply?.sender ?? '', body: reply?.body ?? [] };
    } catch (error) {
      throw error instanceof DBusError ? new RemoteError(error.type, error.text) : error;
    } finally {
      cancelTimer();
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

  /** @throws Error when there is something in it that the bus does not carry; the log has it then */
  emit(signal: Signal): void {
    try {
      this.#bus.send(new Message({ type: MessageType.SIGNAL, ...signal, body: signal.body.map(toWire) }));
    } catch (error) {
      const gone = !streamOf(this.#bus).writable;
      this.#log(gone ? 'debug' : 'error', `${signal.member} was not sent: ${textOf(error)}`);
      // `lost` tells that the connection is gone.
      if (!gone) throw error;
    }
  }

  /** Resolves when everything that was sent has left. */
  async close(): Promise<void> {
    const stream = streamOf(this.#bus);
    await new Promise<void>((resolve) => stream.end(resolve));
    stream.destroy();
  }

  async #callBus(member: string, signature: string, body: unknown[]): Promise<unknown> {
    const reply = await this.request({ ...BUS_DAEMON, member, signature, body, timeout: BUS_MS });
    if (reply.sender !== BUS_DAEMON.destination)
      throw new Error(`an answer to ${member} did not come from the bus`);
    return reply.body[0];
  }

  /** What anybody sends comes here. */
  #receive(head: MessageHead): BodyReceiver | undefined {
    switch (head.type) {
      case MESSAGE.call:
        return this.#receiveCall(head);
      case MESSAGE.signal:
        return this.#listeners.size > 0 && head.bodyLength <= MAX_BODY_BYTES
          ? (body) => this.#tell(head, body)
          : undefined;
      case MESSAGE.answer:
      case MESSAGE.error:
        return this.#receiveAnswer(head);
      default:
        // The specification has those ignored.
        return undefined;
    }
  }

  #receiveCall(head: MessageHead): BodyReceiver | undefined {
    const handler = this.#handler;
    const isLarge = head.bodyLength > MAX_BODY_BYTES;
    const wanted = handler?.takes(head) ?? false;
    const place = this.#calls.enter(head.sender, wanted && !isLarge ? head.bodyLength : 0);
    if (!handler || !place) {
      this.#sendError(head, handler ? TOO_MANY : STARTING);
      return undefined;
    }
    const queue = (read: MethodCall['read'], release: () => void = () => {}): void =>
      place.queue(() => void this.#answer(head, handler, read, place).finally(release));
    const refuse = (error: unknown): void =>
      queue(() => {
        throw error;
      });
    const read = (body: Buffer) => () => readValues(body, head.signature, head.littleEndian);
    if (!wanted) refuse(new Error('a body was asked for that was not taken'));
    else if (!isLarge) return (body) => queue(read(body));
    else {
      try {
        const release = this.#largeBodies.admit(head);
        return (body) => queue(read(body), release);
      } catch (error) {
        refuse(error);
      }
    }
    return undefined;
  }

  /** Somebody whom we have asked; the bus lets nobody else answer. */
  #receiveAnswer(head: MessageHead): BodyReceiver | undefined {
    if (!(String(head.replySerial) in repliesOf(this.#bus))) return undefined;
    if (head.bodyLength <= MAX_ANSWER_BYTES) return (body) => this.#deliver(head, body);
    this.#deliverError(head, `an answer of ${head.bodyLength} bytes is not read`);
    return undefined;
  }

  #deliver(head: MessageHead, body: Buffer): void {
    try {
      const { signature, littleEndian } = head;
      const values = readValues(body, signature, littleEndian, MAX_ANSWER_VALUES);
      this.#handOver({ ...answerHead(head), signature, body: values });
    } catch (error) {
      this.#deliverError(head, textOf(error));
    }
  }

  #deliverError(head: MessageHead, text: string): void {
    const errorName = ERROR_NAMES.Failed;
    this.#handOver({ ...answerHead(head), type: MessageType.ERROR, errorName, signature: 's', body: [text] });
  }

  /** To the library, which knows who waits for it. */
  #handOver(message: MessageLike): void {
    connectionOf(this.#bus).emit('message', new Message(message));
  }

  #tell(head: MessageHead, bytes: Buffer): void {
    const { sender, path, interface: name, member, signature, littleEndian } = head;
    let body: readonly unknown[] | undefined;
    const signal: RemoteSignal = {
      sender,
      path,
      interface: name,
      member,
      signature,
      get body() {
        body ??= readValues(bytes, signature, littleEndian);
        return body;
      },
    };
    for (const listener of [...this.#listeners]) {
      try {
        listener(signal);
      } catch (error) {
        this.#dropped(error);
      }
    }
  }

  #dropped(error: unknown): void {
    this.#log('debug', `bus: ${textOf(error)}`);
  }

  async #answer(
    head: MessageHead,
    handler: CallHandler,
    read: MethodCall['read'],
    place: Place,
  ): Promise<void> {
    const { sender, flags, path, interface: name, member } = head;
    const silent = (flags & MessageFlag.NO_REPLY_EXPECTED) !== 0;
    try {
      const interactive = (flags & ALLOW_INTERACTIVE_AUTHORIZATION) !== 0;
      const call = { sender, interactive, path, interface: name, member, signature: head.signature, read };
      const { signature, body } = await handler.handle(call);
      if (silent) return;
      const known = this.#bodies.get({ signature, body });
      if (known) this.#sendBody(head, signature, new ValueWriter().marshalled(known));
      else if (signature === 'ay' && body[0] instanceof Uint8Array)
        this.#sendBody(head, signature, new ValueWriter().bytes(body[0]));
      else if (signature === '') this.#sendBody(head, signature, new ValueWriter());
      else if (signature === 's') this.#sendBody(head, signature, new ValueWriter().string(String(body[0])));
      else this.#sendBody(head, signature, new ValueWriter().marshalled(marshalBody({ signature, body })));
    } catch (error) {
      this.#sendError(head, error);
    } finally {
      place.leave();
    }
  }

  /** Around the library, which takes a second for a picture, and milliseconds for a list that it has marshalled before. */
  #sendBody({ serial, sender }: MessageHead, signature: string, body: ValueWriter): void {
    this.#write(writeMessage({ type: 2, ...this.#replyTo(serial, sender), signature }, body));
  }

  #sendError(head: MessageHead, error: unknown): void {
    if ((head.flags & MessageFlag.NO_REPLY_EXPECTED) !== 0) return;
    const { errorName, text } = this.#errorParts(error, head);
    const answer = {
      type: 3,
      ...this.#replyTo(head.serial, head.sender),
      errorName,
      signature: 's',
    } as const;
    // The answer of last resort holds nothing that the bus does not carry.
    this.#write(writeMessage(answer, new ValueWriter().string(text.replaceAll('\0', ' '))));
  }

  #replyTo(replySerial: number, destination: string) {
    return { flags: 0, serial: this.#bus.newSerial() as number, replySerial, destination };
  }

  #write(message: Buffer): void {
    const stream = streamOf(this.#bus);
    if (stream.writable) stream.write(message);
  }

  #errorParts(error: unknown, { member }: MessageHead): { errorName: string; text: string } {
    if (error instanceof BackscrubError) return { errorName: error.dbusName, text: error.message };
    // A fault of ours: details stay here.
    this.#log('error', `${member} failed: ${error instanceof Error ? error.stack : String(error)}`);
    return { errorName: ERROR_NAMES.Failed, text: 'Internal error; the log of the service has the details.' };
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of an answer, as the library wants it. */
function answerHead({ type, replySerial, sender, errorName }: MessageHead): MessageLike {
  return {
    type,
    replySerial: replySerial as unknown as string,
    sender,
    ...(type === MESSAGE.error ? { errorName } : {}),
  };
}

/** Who waits for which answer. */
function repliesOf(bus: MessageBus): Record<string, unknown> {
  return (bus as unknown as { _methodReturnHandlers: Record<string, unknown> })._methodReturnHandlers;
}

function connectionOf(bus: MessageBus): { stream: Socket } & EventEmitter {
  return (bus as unknown as { _connection: { stream: Socket } & EventEmitter })._connection;
}

function streamOf(bus: MessageBus): Socket {
  return connectionOf(bus).stream;
}

/**
 * The library's reader parses every message whole, from any sender: 64 KiB of variants take it 50 ms. It also ends the process when a
 * descriptor did not come along. It is replaced as soon as the handshake is over, before it has read anything.
 */
function readInstead(bus: MessageBus, reader: MessageReader): void {
  const stream = streamOf(bus);
  connectionOf(bus).once('connect', () => {
    // The library begins to read as soon as this event is over; what it would read comes after that.
    process.nextTick(() => {
      stream.removeAllListeners('readable');
      stream.on('readable', () => {
        for (let bytes: unknown = stream.read(); bytes instanceof Buffer; bytes = stream.read())
          reader.feed(bytes);
      });
    });
  });
}

/** For `unix:path=` the library tries to load a native package for passing descriptors; `unix:socket=` is a plain socket. */
function withoutOptionalPackage(address: string): string {
  return address.replace(/^unix:path=/, 'unix:socket=');
}

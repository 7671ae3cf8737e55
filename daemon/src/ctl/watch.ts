import type { PropertyValues } from '../generated/contract.js';
import { BUS_NAME, INTERFACE, OBJECT_PATH } from '../shared/names.js';
import { knownProperties } from './values.js';

/** Told in the order in which things happened on the bus. */
export interface Watcher {
  /** All properties: the service is there now, or has said that they are to be read again. */
  snapshot(values: Partial<PropertyValues>): void;
  changed(values: Partial<PropertyValues>): void;
  vanished(): void;
  /** The service is there, but does not say what its properties are. */
  trouble(error: unknown): void;
}

/** The part of a bus message that is looked at. */
export interface BusMessage {
  readonly type: number;
  readonly sender: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly replySerial?: number | string;
  readonly body: readonly unknown[];
}

/** The questions that are asked in between. Their answers come back through `handle`, so that nothing changes places. */
export interface Questions {
  newSerial(): number;
  /** Calls GetAll of that unique name; rejects when it fails. */
  askProperties(owner: string, serial: number): Promise<void>;
}

/** Message types of the D-Bus specification. */
const REPLY = 2;
const ERROR = 3;
const SIGNAL = 4;
const BUS_DRIVER = 'org.freedesktop.DBus';

/**
 * Follows the service through restarts. Anybody on the bus can send us a signal that looks like the service's; what
 * counts is the unique name of the sender, and who owns the service's name is heard only from the bus itself.
 */
export class ServiceWatch {
  /** Undefined until known, "" for nobody. */
  #owner: string | undefined;
  #ownerSerial: number | undefined;
  #snapshotSerial: number | undefined;

  constructor(
    readonly watcher: Watcher,
    readonly questions: Questions,
  ) {}

  /** The answer to GetNameOwner will have this serial. */
  expectOwner(serial: number): void {
    this.#ownerSerial = serial;
  }

  /** Takes every message that arrives, in order; passes over what it does not know. */
  handle(message: BusMessage): void {
    if (message.sender === BUS_DRIVER) this.#fromBus(message);
    else if (message.sender === this.#owner) this.#fromService(message);
  }

  #fromBus({ type, member, replySerial, body }: BusMessage): void {
    if (type === SIGNAL && member === 'NameOwnerChanged' && body[0] === BUS_NAME) {
      this.#ownerSerial = undefined;
      this.#setOwner(String(body[2]));
    } else if (this.#ownerSerial !== undefined && Number(replySerial) === this.#ownerSerial) {
      this.#ownerSerial = undefined;
      if (type === REPLY) this.#setOwner(String(body[0]));
      if (type === ERROR) this.#setOwner('');
    }
  }

  #fromService(message: BusMessage): void {
    const { type, path, member, replySerial, body } = message;
    if (
      type === REPLY &&
      this.#snapshotSerial !== undefined &&
      Number(replySerial) === this.#snapshotSerial
    ) {
      this.#snapshotSerial = undefined;
      this.watcher.snapshot(knownProperties(body[0]));
    } else if (
      type === SIGNAL &&
      path === OBJECT_PATH &&
      message.interface === 'org.freedesktop.DBus.Properties' &&
      member === 'PropertiesChanged' &&
      body[0] === INTERFACE
    ) {
      this.watcher.changed(knownProperties(body[1]));
      const invalidated = body[2];
      if (Array.isArray(invalidated) && invalidated.length > 0) this.#ask(message.sender);
    }
  }

  #setOwner(owner: string): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.#snapshotSerial = undefined;
    if (owner === '') this.watcher.vanished();
    else this.#ask(owner);
  }

  #ask(owner: string): void {
    const serial = this.questions.newSerial();
    this.#snapshotSerial = serial;
    this.questions.askProperties(owner, serial).catch((error: unknown) => {
      if (this.#snapshotSerial === serial) this.watcher.trouble(error);
    });
  }
}

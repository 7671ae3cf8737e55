/**
 * Another service on the bus. Its owner is followed, since any process may send us any signal: one counts only when it comes
 * from whoever owns the name (D-Bus specification, "Message Bus Message Routing").
 */
import type { ReceivedSignal, Request } from './message.js';

const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

export interface PeerBus {
  request(request: Request): Promise<readonly unknown[]>;
  onSignal(listener: (signal: ReceivedSignal) => void): void;
}

export interface PeerListener {
  /** It is there, or has been started anew. */
  appeared(): void;
  vanished(): void;
  signal(signal: ReceivedSignal): void;
}

export class Peer {
  readonly #bus: PeerBus;
  readonly #name: string;
  readonly #listener: PeerListener;
  #owner = '';
  /** The bus has told of a change of owners. */
  #told = false;

  /** @param name well-known name */
  constructor(bus: PeerBus, name: string, listener: PeerListener) {
    this.#bus = bus;
    this.#name = name;
    this.#listener = listener;
  }

  /**
   * Begins to listen. That nobody owns the name is no error.
   * @param rules the rest of match rules: which of its signals are wanted
   * @throws Error when the bus refuses
   */
  async begin(...rules: readonly string[]): Promise<void> {
    this.#bus.onSignal((signal) => this.#signal(signal));
    const changes = `type='signal',sender='${BUS.destination}',member='NameOwnerChanged',arg0='${this.#name}'`;
    await this.#ask('AddMatch', changes);
    for (const rule of rules) await this.#ask('AddMatch', `type='signal',sender='${this.#name}',${rule}`);
    const answer = await this.#ask('GetNameOwner', this.#name).catch(() => []);
    // A change that came meanwhile is newer.
    if (!this.#told && typeof answer[0] === 'string') this.#setOwner(answer[0]);
  }

  /** @throws Error when it answers with one, or is not there */
  async request(request: Omit<Request, 'destination'>): Promise<readonly unknown[]> {
    return await this.#bus.request({ destination: this.#name, ...request });
  }

  #ask(member: string, argument: string): Promise<readonly unknown[]> {
    return this.#bus.request({ ...BUS, member, signature: 's', body: [argument] });
  }

  #signal(signal: ReceivedSignal): void {
    if (signal.sender === BUS.destination && signal.member === 'NameOwnerChanged') {
      const [name, , owner] = signal.body;
      if (name !== this.#name || typeof owner !== 'string') return;
      this.#told = true;
      this.#setOwner(owner);
    } else if (signal.sender === this.#owner && this.#owner !== '') {
      this.#listener.signal(signal);
    }
  }

  #setOwner(owner: string): void {
    if (owner === this.#owner) return;
    const before = this.#owner;
    this.#owner = owner;
    if (before !== '') this.#listener.vanished();
    if (owner !== '') this.#listener.appeared();
  }
}

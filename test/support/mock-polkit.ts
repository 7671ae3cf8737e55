/**
 * A polkit that does as the test says, on a connection of its own: answers, keeps silent, answers after it has lost its name, or
 * is gone. Knows of the real one what its manual says of CheckAuthorization and CancelCheckAuthorization.
 */
import { Message, MessageType, type Variant } from 'dbus-next';
import { BusClient } from './bus-client.js';

export const POLKIT_NAME = 'org.freedesktop.PolicyKit1';
const AUTHORITY = 'org.freedesktop.PolicyKit1.Authority';

export type Behaviour = 'allow' | 'deny' | 'challenge' | 'dismiss' | 'hang' | 'error';

export interface Asked {
  /** Unique name of the subject. */
  readonly subject: string;
  readonly action: string;
  readonly interactive: boolean;
  readonly cancellationId: string;
}

const RESULTS = {
  allow: [true, false, {}],
  deny: [false, false, {}],
  challenge: [false, true, {}],
  dismiss: [false, false, { 'polkit.dismissed': 'true' }],
} as const;

export class MockPolkit {
  behaviour: Behaviour = 'allow';
  readonly asked: Asked[] = [];
  readonly cancelled: string[] = [];
  readonly #silent: Message[] = [];
  #waiting: (() => void)[] = [];

  private constructor(readonly client: BusClient) {
    client.bus.addMethodHandler((message: Message) => {
      this.#handle(message);
      for (const wake of this.#waiting.splice(0)) wake();
      return true;
    });
  }

  static async start(address: string): Promise<MockPolkit> {
    const polkit = new MockPolkit(await BusClient.open(address));
    await polkit.own();
    return polkit;
  }

  async own(): Promise<void> {
    const [answer] = (await this.#callBus('RequestName', 'su', [POLKIT_NAME, 4])) as [number];
    if (answer !== 1) throw new Error(`RequestName answered ${answer}`);
  }

  async disown(): Promise<void> {
    await this.#callBus('ReleaseName', 's', [POLKIT_NAME]);
  }

  /** Resolves when `is` holds; looked at after each call. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Answers what it has kept silent about. */
  answerNow(behaviour: Behaviour): void {
    for (const message of this.#silent.splice(0)) this.#answer(message, behaviour);
  }

  stop(): void {
    this.client.close();
  }

  #handle(message: Message): void {
    if (message.interface !== AUTHORITY) return;
    if (message.member === 'CancelCheckAuthorization') {
      this.cancelled.push(String(message.body[0]));
      this.#reply(message, '', []);
      return;
    }
    if (message.member !== 'CheckAuthorization') return;
    const [[kind, details], action, , flags, cancellationId] = message.body as [
      [string, Record<string, Variant>],
      string,
      unknown,
      number,
      string,
    ];
    const subject = kind === 'system-bus-name' ? String(details['name']?.value) : kind;
    this.asked.push({ subject, action, interactive: (flags & 1) !== 0, cancellationId });
    if (this.behaviour === 'hang') this.#silent.push(message);
    else this.#answer(message, this.behaviour);
  }

  #answer(message: Message, behaviour: Behaviour): void {
    if (behaviour === 'hang') return;
    if (behaviour === 'error') {
      this.#reply(message, 's', ['polkit is out of order'], `${POLKIT_NAME}.Error.Failed`);
    } else this.#reply(message, '(bba{ss})', [RESULTS[behaviour]]);
  }

  #reply(message: Message, signature: string, body: unknown[], errorName?: string): void {
    const type = errorName === undefined ? MessageType.METHOD_RETURN : MessageType.ERROR;
    const name = errorName === undefined ? {} : { errorName };
    // A number, whatever the library's types say.
    const replySerial = message.serial as unknown as string;
    const { sender: destination } = message;
    this.client.bus.send(new Message({ type, destination, replySerial, signature, body, ...name }));
  }

  async #callBus(member: string, signature: string, body: unknown[]): Promise<readonly unknown[]> {
    const target = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
    const outcome = await this.client.raw(member, signature, body, {
      ...target,
      destination: 'org.freedesktop.DBus',
    });
    if (outcome.error !== undefined) throw new Error(outcome.text);
    return outcome.body;
  }
}

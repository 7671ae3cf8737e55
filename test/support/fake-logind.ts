/** Stands in for logind on a private bus, as far as it tells of sleep. */
import { Message, type MessageBus, MessageType, sessionBus, Variant } from 'dbus-next';

const NAME = 'org.freedesktop.login1';
const PATH = '/org/freedesktop/login1';
const MANAGER = 'org.freedesktop.login1.Manager';

export class FakeLogind {
  preparing = false;

  private constructor(readonly bus: MessageBus) {}

  /** @param owns whether it has the name, or only talks as if */
  static async start(address: string, owns = true): Promise<FakeLogind> {
    const bus = sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket=') });
    await new Promise<void>((resolve, reject) => {
      bus.on('connect', resolve);
      bus.on('error', reject);
    });
    const logind = new FakeLogind(bus);
    bus.addMethodHandler((message: Message) => {
      if (message.path !== PATH || message.member !== 'Get') return false;
      bus.send(Message.newMethodReturn(message, 'v', [new Variant('b', logind.preparing)]));
      return true;
    });
    if (owns) await bus.requestName(NAME, 4);
    return logind;
  }

  /** @param destination a unique or well-known name: a signal to that one only */
  prepareForSleep(start: boolean, destination?: string, path = PATH): void {
    this.preparing = start;
    this.bus.send(
      new Message({
        type: MessageType.SIGNAL,
        path,
        interface: MANAGER,
        member: 'PrepareForSleep',
        signature: 'b',
        body: [start],
        ...(destination === undefined ? {} : { destination }),
      }),
    );
  }

  stop(): void {
    (this.bus as unknown as { _connection: { stream: { destroy(): void } } })._connection.stream.destroy();
  }
}

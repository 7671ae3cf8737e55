/** Stands in for logind on a private bus, as far as it tells of sleep, of the active session and of who has sessions. */
import { Message, type MessageBus, MessageType, sessionBus, Variant } from 'dbus-next';

const NAME = 'org.freedesktop.login1';
const PATH = '/org/freedesktop/login1';
const MANAGER = 'org.freedesktop.login1.Manager';
const SEAT = `${PATH}/seat/seat0`;

export interface FakeSession {
  readonly id: string;
  readonly user: number;
  readonly class?: 'user' | 'greeter' | 'manager' | 'background';
  /** Property State, by default `online`. */
  readonly state?: string;
}

export class FakeLogind {
  preparing = false;
  sessions: readonly FakeSession[] = [];
  /** Sessions that are listed, and have ended when somebody asks about them. */
  listed: readonly FakeSession[] = [];
  /** Id of the session on seat0 that is active; "" for none. */
  active = '';
  /** Each answer takes so long. */
  delayMs = 0;

  private constructor(readonly bus: MessageBus) {}

  /** @param owns whether it has the name, or only talks as if */
  static async start(address: string, owns = true): Promise<FakeLogind> {
    const bus = sessionBus({ busAddress: address.replace('unix:path=', 'unix:socket=') });
    await new Promise<void>((resolve, reject) => {
      bus.on('connect', resolve);
      bus.on('error', reject);
    });
    const logind = new FakeLogind(bus);
    bus.addMethodHandler((message: Message) => logind.#answer(message));
    if (owns) await bus.requestName(NAME, 4);
    return logind;
  }

  #answer(message: Message): boolean {
    const answer = (signature: string, value: unknown): true => {
      const send = (): void => this.bus.send(Message.newMethodReturn(message, signature, [value]));
      if (this.delayMs === 0) send();
      else setTimeout(send, this.delayMs).unref();
      return true;
    };
    const path = (id: string): string => (id === '' ? '/' : `${PATH}/session/${id}`);
    if (message.member === 'ListSessions') {
      const rows = [...this.sessions, ...this.listed].map(({ id, user }) => [
        id,
        user,
        `user${user}`,
        'seat0',
        path(id),
      ]);
      return answer('a(susso)', rows);
    }
    if (message.member !== 'Get') return false;
    const property = String(message.body[1]);
    if (message.path === PATH) return answer('v', new Variant('b', this.preparing));
    if (message.path === SEAT) return answer('v', new Variant('(so)', [this.active, path(this.active)]));
    const session = this.sessions.find(({ id }) => path(id) === message.path);
    if (session === undefined) {
      const { serial, sender } = message;
      const head = { type: MessageType.ERROR, errorName: 'org.freedesktop.DBus.Error.UnknownObject' };
      const answer = { replySerial: serial as unknown as string, ...(sender ? { destination: sender } : {}) };
      this.bus.send(new Message({ ...head, ...answer, signature: 's', body: ['Unknown object.'] }));
      return true;
    }
    if (property === 'Class') return answer('v', new Variant('s', session.class ?? 'user'));
    if (property === 'State') return answer('v', new Variant('s', session.state ?? 'online'));
    return answer('v', new Variant('(uo)', [session.user, `${PATH}/user/_${session.user}`]));
  }

  /** Another session is active, as on a change of the virtual terminal. */
  activate(id: string, destination?: string): void {
    this.active = id;
    const changed = { ActiveSession: new Variant('(so)', [id, id === '' ? '/' : `${PATH}/session/${id}`]) };
    const body = ['org.freedesktop.login1.Seat', changed, []];
    this.#emit(SEAT, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', body, destination);
  }

  /** Resolves when what was signalled is at those who listen. */
  async signalled(): Promise<void> {
    const daemon = 'org.freedesktop.DBus';
    await this.bus.call(
      new Message({ destination: daemon, path: '/org/freedesktop/DBus', interface: daemon, member: 'GetId' }),
    );
  }

  /** These are the sessions now; one that is gone is told about. */
  setSessions(...sessions: readonly FakeSession[]): void {
    const gone = this.sessions.filter(({ id }) => !sessions.some((other) => other.id === id));
    this.sessions = sessions;
    for (const { id } of gone)
      this.#emit(PATH, MANAGER, 'SessionRemoved', 'so', [id, `${PATH}/session/${id}`], undefined);
  }

  /** @param destination a unique or well-known name: a signal to that one only */
  prepareForSleep(start: boolean, destination?: string, path = PATH): void {
    this.preparing = start;
    this.#emit(path, MANAGER, 'PrepareForSleep', 'b', [start], destination);
  }

  #emit(
    path: string,
    name: string,
    member: string,
    signature: string,
    body: unknown[],
    destination: string | undefined,
  ): void {
    const signal = { type: MessageType.SIGNAL, path, interface: name, member, signature, body };
    this.bus.send(new Message({ ...signal, ...(destination === undefined ? {} : { destination }) }));
  }

  stop(): void {
    (this.bus as unknown as { _connection: { stream: { destroy(): void } } })._connection.stream.destroy();
  }
}

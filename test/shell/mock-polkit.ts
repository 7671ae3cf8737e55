/** polkit as far as the shell asks it: who may do what is one answer for all, and can change. */
import { Message, type MessageBus } from 'dbus-next';

const NAME = 'org.freedesktop.PolicyKit1';
const AUTHORITY = 'org.freedesktop.PolicyKit1.Authority';
const PATH = '/org/freedesktop/PolicyKit1/Authority';

/** As for auth_admin_keep: without it a permission that needs a password each time counts as none. */
const KEPT = { 'polkit.retains_authorization_after_challenge': 'true' };

export type Answer = 'yes' | 'no' | 'password';

export class MockPolkit {
  #answer: Answer = 'yes';

  private constructor(private readonly bus: MessageBus) {
    bus.addMethodHandler((message: Message) => this.#handle(message));
  }

  static async start(bus: MessageBus): Promise<MockPolkit> {
    const polkit = new MockPolkit(bus);
    await bus.requestName(NAME, 0);
    return polkit;
  }

  /** The shell asks again after the signal. */
  answer(answer: Answer): void {
    this.#answer = answer;
    this.bus.send(Message.newSignal(PATH, AUTHORITY, 'Changed'));
  }

  #handle(message: Message): boolean {
    if (message.path !== PATH) return false;
    const reply = (signature = '', ...body: unknown[]): true => {
      this.bus.send(Message.newMethodReturn(message, signature, body));
      return true;
    };
    switch (message.member) {
      case 'CheckAuthorization':
        return reply('(bba{ss})', [
          this.#answer === 'yes',
          this.#answer === 'password',
          this.#answer === 'password' ? KEPT : {},
        ]);
      case 'EnumerateActions':
        return reply('a(ssssssuuua{ss})', []);
      case 'GetAll':
        return reply('a{sv}', {});
      case 'RegisterAuthenticationAgent':
      case 'UnregisterAuthenticationAgent':
        return reply();
      default:
        return false;
    }
  }
}

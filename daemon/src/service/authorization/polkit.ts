/** polkit's side of the gate (polkit reference manual, org.freedesktop.PolicyKit1.Authority). */
import { type RemoteBus, watchOwner } from '../bus/remote.js';
import type { Authority, Question, Verdict } from './authority.js';

const NAME = 'org.freedesktop.PolicyKit1';
const AUTHORITY = {
  destination: NAME,
  path: '/org/freedesktop/PolicyKit1/Authority',
  interface: 'org.freedesktop.PolicyKit1.Authority',
};
const ALLOW_USER_INTERACTION = 1;

export class Polkit implements Authority {
  readonly #bus: RemoteBus;
  #owner = '';
  #serial = 0;

  private constructor(bus: RemoteBus) {
    this.#bus = bus;
  }

  /** Need not be there: it is started by the first question, may end, and may come back. */
  static async open(bus: RemoteBus): Promise<Polkit> {
    const polkit = new Polkit(bus);
    await watchOwner(bus, NAME, (owner) => {
      polkit.#owner = owner;
    });
    return polkit;
  }

  async check(question: Question, abandoned: AbortSignal): Promise<Verdict> {
    abandoned.throwIfAborted();
    const id = `backscrub-${process.pid}-${++this.#serial}`;
    const answer = this.#ask(question, id);
    // When nobody waits for it any more.
    answer.catch(() => {});
    return await new Promise((resolve, reject) => {
      const abandon = (): void => {
        this.#cancel(id);
        reject(abandoned.reason);
      };
      abandoned.addEventListener('abort', abandon, { once: true });
      answer.then(resolve, reject).finally(() => abandoned.removeEventListener('abort', abandon));
    });
  }

  async #ask({ caller, action, interactive }: Question, id: string): Promise<Verdict> {
    const subject = ['system-bus-name', { name: { signature: 's', value: caller } }];
    const flags = interactive ? ALLOW_USER_INTERACTION : 0;
    const { sender, body } = await this.#bus.request({
      ...AUTHORITY,
      member: 'CheckAuthorization',
      signature: '(sa{sv})sa{ss}us',
      body: [subject, action, {}, flags, id],
    });
    // The bus tells who owns the name before it delivers what the owner sends.
    if (sender === '' || sender !== this.#owner)
      throw new Error(`the answer came from ${sender}, not from polkit`);
    return verdict(body[0]);
  }

  /** polkit drops the question, and a dialogue that is open for it; whether it does changes nothing here. */
  #cancel(id: string): void {
    const call = { ...AUTHORITY, member: 'CancelCheckAuthorization', signature: 's', body: [id] };
    this.#bus.request({ ...call, timeout: 10_000 }).catch(() => {});
  }
}

/** Of `(bba{ss})`: is authorized, is a challenge, details. Whatever is not a plain yes is a no. */
function verdict(result: unknown): Verdict {
  if (!Array.isArray(result)) return 'denied';
  const [authorized, challenge, details] = result as unknown[];
  if (authorized === true) return 'allowed';
  const dismissed = typeof details === 'object' && details !== null && 'polkit.dismissed' in details;
  if (dismissed) return 'dismissed';
  return challenge === true ? 'challenge' : 'denied';
}

/** Takes method calls apart by the generated tables: who exists, with which types, who may, and only then the work. */
import {
  METHODS,
  type MethodName,
  PROPERTIES,
  type PropertyName,
  type Variant,
  type WritablePropertyName,
} from '../../generated/contract.js';
import { BackscrubError } from '../../shared/errors.js';
import { INTERFACE, OBJECT_PATH } from '../../shared/names.js';
import type { Gate } from '../authorization/gate.js';
import { keepLast } from '../keep-last.js';
import type { Chooser } from '../user-looks.js';
import type { ContractImplementation } from './contract.js';
import { type CallTarget, EMPTY_REPLY, isVariant, type MethodCall, type MethodReply } from './message.js';
import { INTROSPECTABLE, introspect, machineId, PEER, PROPERTIES_INTERFACE } from './standard-interfaces.js';

interface Handler {
  readonly signature: string;
  readonly handle: (call: CallWithArguments) => Promise<MethodReply>;
}

interface CallWithArguments extends MethodCall {
  readonly body: readonly unknown[];
}

export const PROPERTY_NAMES = names(PROPERTIES);

type Members = Readonly<Record<string, Handler>>;

export class Dispatcher {
  readonly #contract: ContractImplementation;
  readonly #gate: Gate;
  readonly #beforeReply: () => void;
  readonly #object: Readonly<Record<string, Members>>;
  readonly #anywhere: Readonly<Record<string, Members>>;
  /** Most properties stay the same for minutes, and many ask for them all. */
  readonly #all = keepLast((...values: readonly unknown[]) =>
    Object.fromEntries(PROPERTY_NAMES.map((name, index) => [name, variantOf(name, values[index])])),
  );

  /** @param beforeReply called when a change is done, before its answer: whoever has the answer has heard of the change */
  constructor(contract: ContractImplementation, gate: Gate, beforeReply: () => void) {
    this.#contract = contract;
    this.#gate = gate;
    this.#beforeReply = beforeReply;
    this.#anywhere = {
      [INTROSPECTABLE]: {
        Introspect: {
          signature: '',
          handle: async (call) => text(introspect(call.path) ?? noObject(call.path)),
        },
      },
      [PEER]: {
        Ping: { signature: '', handle: async () => EMPTY_REPLY },
        GetMachineId: { signature: '', handle: async () => text(await machineId()) },
      },
    };
    this.#object = {
      // First, so that a call without an interface means ours.
      [INTERFACE]: Object.fromEntries(names(METHODS).map((name) => [name, this.#method(name)])),
      ...this.#anywhere,
      [PROPERTIES_INTERFACE]: {
        Get: { signature: 'ss', handle: async ({ body }) => this.#get(String(body[0]), String(body[1])) },
        GetAll: { signature: 's', handle: async ({ body }) => this.#getAll(String(body[0])) },
        Set: { signature: 'ssv', handle: (call) => this.#set(call) },
      },
    };
  }

  /** Whether there is a member that takes arguments of this type; nobody needs the body of any other call. */
  takes(call: CallTarget): boolean {
    try {
      return this.#find(call).signature === call.signature;
    } catch {
      // The caller hears of it in his turn.
      return false;
    }
  }

  /** @throws BackscrubError with the error that the caller gets */
  async handle(call: MethodCall): Promise<MethodReply> {
    const handler = this.#find(call);
    if (call.signature !== handler.signature) {
      throw new BackscrubError(
        'InvalidArgs',
        `${call.member} takes arguments of type "${handler.signature}", not "${call.signature}".`,
      );
    }
    return await handler.handle({ ...call, body: call.read() });
  }

  #find(call: CallTarget): Handler {
    return findHandler(call.path === OBJECT_PATH ? this.#object : this.#anywhere, call);
  }

  #method(name: MethodName): Handler {
    const { inSignature, outSignature, permission } = METHODS[name];
    // The signature was compared before, and the bus daemon checks that a body agrees with its signature.
    const method = this.#contract.methods[name] as (
      ...inputs: readonly unknown[]
    ) => Promise<readonly unknown[]>;
    return {
      signature: inSignature,
      handle: async ({ body, ...caller }) => {
        const arrived = this.#contract.arrive();
        const user = await this.#gate.authorize(caller, permission);
        const outputs = await method(...body, { user, arrived });
        this.#beforeReply();
        return { signature: outSignature, body: outputs };
      },
    };
  }

  #get(interfaceName: string, name: string): MethodReply {
    const property = findProperty(interfaceName, name);
    return { signature: 'v', body: [variantOf(property, this.#contract.properties()[property])] };
  }

  #getAll(interfaceName: string): MethodReply {
    if (!isOurs(interfaceName)) {
      if (!Object.hasOwn(this.#object, interfaceName)) noInterface(interfaceName);
      return { signature: 'a{sv}', body: [{}] };
    }
    const values = this.#contract.properties();
    return { signature: 'a{sv}', body: [this.#all(...PROPERTY_NAMES.map((name) => values[name]))] };
  }

  async #set({ body, ...caller }: CallWithArguments): Promise<MethodReply> {
    const [interfaceName, name, value] = body;
    const property = findProperty(String(interfaceName), String(name));
    const contract = PROPERTIES[property];
    if (contract.access === 'read') {
      throw new BackscrubError('PropertyReadOnly', `${property} cannot be written.`);
    }
    if (!isVariant(value) || value.signature !== contract.signature) {
      throw new BackscrubError('InvalidArgs', `${property} is of type "${contract.signature}".`);
    }
    const arrived = this.#contract.arrive();
    const user = await this.#gate.authorize(caller, contract.permission);
    const setter = this.#contract.setters[property as WritablePropertyName] as (
      value: unknown,
      caller: Chooser,
    ) => Promise<void>;
    await setter(value.value, { user, arrived });
    this.#beforeReply();
    return EMPTY_REPLY;
  }
}

/** A property's value with its type. */
export function variantOf(name: PropertyName, value: unknown): Variant {
  return { signature: PROPERTIES[name].signature, value };
}

function findHandler(interfaces: Readonly<Record<string, Members>>, call: CallTarget): Handler {
  const { interface: name, member, path } = call;
  const candidates = name === '' ? Object.values(interfaces) : [own(interfaces, name)];
  for (const members of candidates) {
    const handler = members && own(members, member);
    if (handler) return handler;
  }
  if (introspect(path) === undefined) noObject(path);
  if (name !== '' && !own(interfaces, name)) noInterface(name);
  throw new BackscrubError('UnknownMethod', `There is no method ${member}${name ? ` in ${name}` : ''}.`);
}

/** An own entry only: names come from callers, and "constructor" is not a member. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function names<T extends object>(table: T): (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}

/** "" means any interface (D-Bus specification, "org.freedesktop.DBus.Properties"). */
function isOurs(interfaceName: string): boolean {
  return interfaceName === '' || interfaceName === INTERFACE;
}

function findProperty(interfaceName: string, name: string): PropertyName {
  if (!isOurs(interfaceName)) noInterface(interfaceName);
  if (!Object.hasOwn(PROPERTIES, name)) {
    throw new BackscrubError('UnknownProperty', `There is no property ${name} in ${INTERFACE}.`);
  }
  return name as PropertyName;
}

function text(value: string): MethodReply {
  return { signature: 's', body: [value] };
}

function noObject(path: string): never {
  throw new BackscrubError(
    'UnknownObject',
    `There is no object ${path.slice(0, 80)}; the service has ${OBJECT_PATH}.`,
  );
}

function noInterface(name: string): never {
  throw new BackscrubError(
    'UnknownInterface',
    `There is no interface ${name} here; the service has ${INTERFACE}.`,
  );
}

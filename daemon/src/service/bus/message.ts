/** Calls and answers as the dispatcher sees them, free of the D-Bus library. */
import type { Variant } from '../../generated/contract.js';

export interface MethodCall {
  /** Unique name of the caller, stamped by the bus daemon. */
  readonly sender: string;
  /** Whether a person may be asked for a password before this is answered. */
  readonly interactive: boolean;
  readonly path: string;
  /** "" when the caller named none, which the D-Bus specification allows. */
  readonly interface: string;
  readonly member: string;
  /** Of the body, which nobody has looked at yet. */
  readonly signature: string;
  /**
   * The arguments; whoever reads them has compared the signature, since a body of any other type is not there any more.
   * @throws BackscrubError InvalidArgs, LimitsExceeded
   */
  read(): readonly unknown[];
}

/** What a call is for. */
export type CallTarget = Pick<MethodCall, 'path' | 'interface' | 'member' | 'signature'>;

export interface MethodReply {
  readonly signature: string;
  readonly body: readonly unknown[];
}

export interface Signal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** A signal of somebody else, as the bus daemon has delivered it. */
export interface ReceivedSignal extends Signal {
  /** Unique name of the sender, stamped by the bus daemon. Whose signal it is comes before what is in it: the body is read when it is asked for. */
  readonly sender: string;
}

/** A call of ours to another service. */
export interface Request {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  /** Milliseconds until nobody waits for the answer any more; undefined: the bus says when there will be none. */
  readonly timeout?: number;
}

export const EMPTY_REPLY: MethodReply = { signature: '', body: [] };

export function isVariant(value: unknown): value is Variant {
  return (
    typeof value === 'object' &&
    value !== null &&
    'signature' in value &&
    typeof value.signature === 'string' &&
    'value' in value
  );
}

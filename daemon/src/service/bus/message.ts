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
  /** Of the body; the bus daemon has checked that the body agrees with it. */
  readonly signature: string;
  readonly body: readonly unknown[];
  /** Set when the body is so long that it is still on its way; `body` is empty then. */
  readonly large?: LargeArguments;
}

/** Arguments that come after the call. */
export interface LargeArguments {
  /** Waits for them. @throws BackscrubError InvalidArgs, LimitsExceeded */
  read(): Promise<readonly unknown[]>;
}

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
  /** Unique name of the sender, stamped by the bus daemon. */
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

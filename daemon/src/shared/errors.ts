/**
 * The errors that a caller can meet, one table from code to D-Bus error name (dbus/org.backscrub.xml lists which
 * method answers which). A text says what is wrong and what to do next; stacks stay in the journal.
 */
import { cleanText } from './clean-text.js';

export const ERROR_NAMES = {
  AccessDenied: 'org.freedesktop.DBus.Error.AccessDenied',
  InteractiveAuthorizationRequired: 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
  InvalidArgs: 'org.freedesktop.DBus.Error.InvalidArgs',
  LimitsExceeded: 'org.freedesktop.DBus.Error.LimitsExceeded',
  UnknownMethod: 'org.freedesktop.DBus.Error.UnknownMethod',
  UnknownInterface: 'org.freedesktop.DBus.Error.UnknownInterface',
  UnknownObject: 'org.freedesktop.DBus.Error.UnknownObject',
  UnknownProperty: 'org.freedesktop.DBus.Error.UnknownProperty',
  PropertyReadOnly: 'org.freedesktop.DBus.Error.PropertyReadOnly',
  NoCamera: 'org.backscrub.Error.NoCamera',
  CameraBusy: 'org.backscrub.Error.CameraBusy',
  NoVirtualCamera: 'org.backscrub.Error.NoVirtualCamera',
  UnknownBackground: 'org.backscrub.Error.UnknownBackground',
  BadImage: 'org.backscrub.Error.BadImage',
  UnknownModel: 'org.backscrub.Error.UnknownModel',
  BadModel: 'org.backscrub.Error.BadModel',
  Failed: 'org.backscrub.Error.Failed',
} as const;

export type ErrorCode = keyof typeof ERROR_NAMES;

/** An error meant for people: its message needs no context and carries no path of our own code. */
export class BackscrubError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'BackscrubError';
  }

  get dbusName(): string {
    return ERROR_NAMES[this.code];
  }
}

/** The part of an error that crosses a process boundary. */
export interface ErrorInfo {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Turns whatever was thrown into what may be shown; unknown errors become `Failed` with their message only. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof BackscrubError) return { code: error.code, message: error.message };
  return { code: 'Failed', message: error instanceof Error ? error.message : String(error) };
}

/** An error from another process; a code that is not ours becomes Failed, and what is no error nothing. */
export function parseErrorInfo(value: unknown): ErrorInfo | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, message } = value as { readonly code?: unknown; readonly message?: unknown };
  if (typeof message !== 'string') return undefined;
  const known = typeof code === 'string' && Object.hasOwn(ERROR_NAMES, code);
  return { code: known ? (code as ErrorCode) : 'Failed', message: cleanText(message) };
}

export function fromErrorInfo(info: ErrorInfo): BackscrubError {
  return new BackscrubError(info.code, info.message);
}

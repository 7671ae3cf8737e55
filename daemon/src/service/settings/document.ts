/**
 * The text of settings.json: JSON, one object, with the version of its form. Read field by field: what is missing is as in a new
 * installation, what is wrong as well, and what a newer version has added is kept for it.
 */
import { toErrorInfo } from '../../shared/errors.js';
import {
  INITIAL_SETTINGS,
  LOOK_NAMES,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Settings,
  type UserLook,
} from '../session/settings.js';

/** Of the form. A change that older versions would misunderstand raises it; a new key does not. */
const VERSION = 1;
const MAX_LENGTH = 1 << 20;
/** Whose looks are kept; a path of a background may have 4095 bytes. */
export const MAX_USERS = 64;
/** Earlier versions kept them; they leave the file with the next change. */
const FORMER_SETTINGS: readonly string[] = ['onDemand'];
/** Enough to recognise a value, not enough to fill a log. */
const MAX_SHOWN = 80;

export interface SettingsDocument {
  /** Of the machine; the look in them is for when nobody is active. */
  readonly settings: Settings;
  /** The looks of users, by their numbers; undefined as long as there was no user. */
  readonly users: ReadonlyMap<number, UserLook> | undefined;
  /** Of the file that was read; a newer one stays. */
  readonly version: number;
  /** Keys that this version does not know. */
  readonly others: Readonly<Record<string, unknown>>;
  /** What could not be used, for the log. */
  readonly problems: readonly string[];
}

/** The text is not a settings file at all. */
export class DamagedSettings extends Error {}

export const NEW_DOCUMENT: SettingsDocument = {
  settings: INITIAL_SETTINGS,
  users: undefined,
  version: VERSION,
  others: {},
  problems: [],
};

/** @throws DamagedSettings */
export function parseSettings(text: string): SettingsDocument {
  const { version, users: looks, ...fields } = parseObject(text);
  if (!Number.isSafeInteger(version) || Number(version) < 1) throw new DamagedSettings('it has no version');
  const problems: string[] = [];
  const settings = readFields(SETTING_NAMES, fields, '', problems) as Settings;
  const users = looks === undefined ? undefined : readUsers(looks, problems);
  const others = Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => !Object.hasOwn(SETTINGS, name) && !FORMER_SETTINGS.includes(name),
    ),
  );
  return { settings, users, version: Number(version), others, problems };
}

function readFields(
  names: readonly SettingName[],
  fields: Readonly<Record<string, unknown>>,
  whose: string,
  problems: string[],
): Partial<Settings> {
  const read = (name: SettingName): unknown => {
    const value = fields[name];
    if (value === undefined) return INITIAL_SETTINGS[name];
    try {
      return SETTINGS[name].parse(value);
    } catch (error) {
      problems.push(`"${name}"${whose} is ${shown(value)}: ${toErrorInfo(error).message}`);
      return INITIAL_SETTINGS[name];
    }
  };
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

/** A user that no longer exists is no problem: nobody asks for the look. */
function readUsers(value: unknown, problems: string[]): ReadonlyMap<number, UserLook> {
  const users = new Map<number, UserLook>();
  for (const [user, fields] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
    const isUser = /^(0|[1-9]\d{0,9})$/.test(user) && typeof fields === 'object' && fields !== null;
    if (!isUser || users.size >= MAX_USERS) {
      problems.push(`"users" has ${shown(user)}, which cannot be used.`);
    } else {
      users.set(Number(user), readFields(LOOK_NAMES, fields, ` of user ${user}`, problems) as UserLook);
    }
  }
  return users;
}

export function formatSettings({ settings, users, version, others }: SettingsDocument): string {
  const looks = users && { users: Object.fromEntries(users) };
  const document = { version: Math.max(version, VERSION), ...settings, ...looks, ...others };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function parseObject(text: string): Record<string, unknown> {
  if (text.length > MAX_LENGTH) throw new DamagedSettings('it is too long');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DamagedSettings('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DamagedSettings('it is not an object');
  }
  return { ...value };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}

/**
 * The text of settings.json: JSON, one object, with the version of its form. Read field by field: what is missing is as in a new
 * installation, what is wrong as well, and what a newer version has added is kept for it.
 */
import { toErrorInfo } from '../../shared/errors.js';
import {
  INITIAL_SETTINGS,
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type Settings,
} from '../session/settings.js';

/** Of the form. A change that older versions would misunderstand raises it; a new key does not. */
const VERSION = 1;
const MAX_LENGTH = 65_536;
/** Enough to recognise a value, not enough to fill a log. */
const MAX_SHOWN = 80;

export interface SettingsDocument {
  readonly settings: Settings;
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
  version: VERSION,
  others: {},
  problems: [],
};

/** @throws DamagedSettings */
export function parseSettings(text: string): SettingsDocument {
  const { version, ...fields } = parseObject(text);
  if (!Number.isSafeInteger(version) || Number(version) < 1) throw new DamagedSettings('it has no version');
  const problems: string[] = [];
  const read = (name: SettingName): unknown => {
    const value = fields[name];
    if (value === undefined) return INITIAL_SETTINGS[name];
    try {
      return SETTINGS[name].parse(value);
    } catch (error) {
      problems.push(`"${name}" is ${shown(value)}: ${toErrorInfo(error).message}`);
      return INITIAL_SETTINGS[name];
    }
  };
  const settings = Object.fromEntries(SETTING_NAMES.map((name) => [name, read(name)])) as Settings;
  const others = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !Object.hasOwn(SETTINGS, name)),
  );
  return { settings, version: Number(version), others, problems };
}

export function formatSettings({ settings, version, others }: SettingsDocument): string {
  const document = { version: Math.max(version, VERSION), ...settings, ...others };
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

/**
 * What the user has chosen and finds again after a restart: one line for each setting, with the value of a new installation and
 * the check of what stands in a file. The names are those of the file (settings/document.ts). What holds for a visit only
 * (visit.ts) is no setting.
 */
import { parseEffects } from '../../shared/effects.js';
import { BackscrubError } from '../../shared/errors.js';
import {
  DEFAULT_BACKGROUND,
  DEFAULT_BLUR_STRENGTH,
  DEFAULT_CROSS_FADE,
  DEFAULT_MODE,
  DEFAULT_MODEL,
} from '../../shared/names.js';
import { parseCamera } from './camera.js';
import { AUTOMATIC, parseFrameRate, parseResolution } from './format.js';
import { parseBackground, parseBlurStrength, parseCrossFade, parseMode } from './look.js';
import { parseModel } from './model.js';
import { type LastingLook, type LastingMode, lastingMode, lastingStrength } from './visit.js';

interface Setting<T> {
  /** Of a new installation. */
  readonly initial: T;
  /** @throws BackscrubError that says what is wrong with it */
  readonly parse: (value: unknown) => T;
}

function setting<T>(initial: NoInfer<T>, parse: (value: unknown) => T): Setting<T> {
  return { initial, parse };
}

export const SETTINGS = {
  // Whoever installs it wants the camera to be there; unwatched, it is closed.
  started: setting(true, asBoolean),
  mode: setting<LastingMode>(DEFAULT_MODE, (value) => lastingMode(parseMode(asText(value)))),
  background: setting(DEFAULT_BACKGROUND, (value) => parseBackground(asText(value))),
  blurStrength: setting(DEFAULT_BLUR_STRENGTH, (value) =>
    lastingStrength(parseBlurStrength(asNumber(value))),
  ),
  crossFade: setting(DEFAULT_CROSS_FADE, (value) => parseCrossFade(asNumber(value))),
  effects: setting<readonly string[]>([], (value) => parseEffects(asTexts(value))),
  camera: setting('', (value) => parseCamera(asText(value))),
  model: setting(DEFAULT_MODEL, (value) => parseModel(asText(value))),
  resolution: setting(AUTOMATIC, (value) => parseResolution(asText(value))),
  frameRate: setting(0, (value) => parseFrameRate(asNumber(value))),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [S in SettingName]: ReturnType<(typeof SETTINGS)[S]['parse']> };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Of a new installation. */
export const INITIAL_SETTINGS = Object.fromEntries(
  SETTING_NAMES.map((name) => [name, SETTINGS[name].initial]),
) as Settings;

/** What each user has of their own; the rest is the machine's. The engine applies it as a whole. */
export const LOOK_NAMES = ['mode', 'background', 'blurStrength', 'crossFade', 'effects'] as const;
export type UserLook = Pick<Settings, (typeof LOOK_NAMES)[number]>;

export function userLookOf({ mode, background, blurStrength, crossFade, effects }: Settings): UserLook {
  return { mode, background, blurStrength, crossFade, effects };
}

/** The part of the settings that the engine applies as a whole. */
export function lookOf({ mode, background, blurStrength, crossFade, effects }: Settings): LastingLook {
  return { mode, background, blurStrength, crossFade, effects };
}

function asBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new BackscrubError('InvalidArgs', 'It is true or false.');
}

function asNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new BackscrubError('InvalidArgs', 'It is a number.');
}

function asTexts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(asText);
  throw new BackscrubError('InvalidArgs', 'It is a list of texts.');
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new BackscrubError('InvalidArgs', 'It is a text.');
}

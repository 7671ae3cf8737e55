import type { BusState } from './bus-state.js';
import { cameraChoices } from './camera.js';
import { backgroundLabel, effectLabel, modeLabel } from './labels.js';
import { fill, type Translate } from './words.js';

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly selected: boolean;
}

export interface GalleryChoice extends Choice {
  /** `#rrggbb` when it is one colour, else the picture comes from GetThumbnail or, for a file, there is none. */
  readonly color: string | null;
  readonly hasThumbnail: boolean;
  readonly accessibleName: string;
}

/** What the tile's menu shows. Undefined parts are away: the mode has no use for them, or the service is too old. */
export interface MenuView {
  /** The service's own sentence about what is wrong and what to do. */
  readonly problem: string | undefined;
  readonly modes: readonly Choice[];
  readonly gallery: readonly GalleryChoice[] | undefined;
  /** 0 to 100. */
  readonly blur: number | undefined;
  readonly effects: readonly Choice[] | undefined;
  /** Only when there is something to choose between. */
  readonly cameras: readonly Choice[] | undefined;
}

export function menuView(state: BusState, _: Translate): MenuView {
  const { properties, methods } = state;
  const mode = properties.Mode;
  const error = properties.LastError?.[1] ?? '';
  return {
    problem: properties.State === 'failed' && error !== '' ? error : undefined,
    modes: inOrder(properties.Modes ?? []).map((id) => ({
      id,
      label: modeLabel(id, _),
      selected: id === mode,
    })),
    gallery: mode === 'replace' ? gallery(state, _) : undefined,
    blur: mode === 'blur' ? properties.BlurStrength : undefined,
    effects: methods.has('SetEffects') ? effects(state, _) : undefined,
    cameras: methods.has('SetCamera') ? cameras(state, _) : undefined,
  };
}

/** What hides the room comes first, and what shows it last but for what we do not know. */
const MODE_ORDER = ['blur', 'replace', 'mask', 'passthrough'];

function inOrder(modes: readonly string[]): string[] {
  const known = MODE_ORDER.filter((mode) => modes.includes(mode));
  return [...known, ...modes.filter((mode) => !MODE_ORDER.includes(mode))];
}

function gallery(state: BusState, _: Translate): GalleryChoice[] | undefined {
  if (state.backgrounds === undefined) return undefined;
  const current = state.properties.Background ?? '';
  const rows = state.backgrounds
    .filter(({ problem }) => problem === '')
    .map(({ id, name, animated }) =>
      choice(id, name, current, animated ? fill(_('%s, animated'), name) : name, true),
    );
  // A colour or a file that was chosen elsewhere is shown, too: the mark must not be missing.
  if (current !== '' && !rows.some(({ selected }) => selected)) {
    const name = backgroundLabel(current, state.backgrounds, _);
    rows.push(choice(current, name, current, name, !current.startsWith('/')));
  }
  return rows;
}

function choice(
  id: string,
  label: string,
  current: string,
  accessibleName: string,
  drawn: boolean,
): GalleryChoice {
  const color = /^color:(#[0-9a-f]{6})$/i.exec(id)?.[1] ?? null;
  return {
    id,
    label,
    selected: id === current,
    color,
    hasThumbnail: drawn && color === null,
    accessibleName,
  };
}

function effects(state: BusState, _: Translate): Choice[] | undefined {
  const { AvailableEffects: available, Effects: current } = state.properties;
  if (available === undefined || available.length === 0) return undefined;
  return available.map((id) => ({
    id,
    label: effectLabel(id, _),
    selected: current?.includes(id) ?? false,
  }));
}

function cameras(state: BusState, _: Translate): Choice[] | undefined {
  const choices = cameraChoices(state, _);
  // The automatic choice and one camera are no choice.
  return choices !== undefined && choices.length > 2 ? choices : undefined;
}

/** The effects after switching one: the service's own order for what is offered, and nothing lost that we do not know. */
export function switchedEffects(
  available: readonly string[],
  current: readonly string[],
  effect: string,
  on: boolean,
): string[] {
  const rest = current.filter((name) => name !== effect);
  if (!on) return rest;
  const place = available.indexOf(effect);
  const next = rest.findIndex((name) => available.indexOf(name) > place);
  return next < 0 ? [...rest, effect] : [...rest.slice(0, next), effect, ...rest.slice(next)];
}

import type { BusState } from './bus-state.js';
import { backgroundLabel, errorSubtitle, modeLabel, modeSubtitle } from './labels.js';
import { fill, type Translate } from './words.js';

export const ICON = 'camera-web-symbolic';
export const OFF_ICON = 'camera-disabled-symbolic';
export const PROBLEM_ICON = 'dialog-warning-symbolic';

export interface TileView {
  readonly visible: boolean;
  /** False: a click would only be refused, and the subtitle says why. */
  readonly reactive: boolean;
  readonly checked: boolean;
  /** Null: nothing to say beyond the title. */
  readonly subtitle: string | null;
  readonly iconName: string;
  readonly hasMenu: boolean;
}

/** The quick settings tile. A state that is not known counts as `starting`, as the contract asks. */
export function tileView(state: BusState, _: Translate): TileView {
  if (!state.installed && !state.running) return tile({ visible: false });
  if (state.allowed === false) return tile({ reactive: false, subtitle: _('Not allowed') });
  if (!state.running) return tile({ subtitle: _('Not running') });
  const { State: now, LastError: error } = state.properties;
  if (now === undefined) return tile({ reactive: false, subtitle: _('Not responding') });
  if (now === 'stopped') return tile({ hasMenu: true });
  if (now === 'failed') {
    const subtitle = errorSubtitle(error?.[0] ?? '', _);
    return tile({ checked: true, hasMenu: true, iconName: PROBLEM_ICON, subtitle });
  }
  return tile({ checked: true, hasMenu: true, subtitle: lookSubtitle(state, now, _) });
}

function tile(parts: Partial<TileView>): TileView {
  return {
    visible: true,
    reactive: true,
    checked: false,
    subtitle: null,
    iconName: ICON,
    hasMenu: false,
    ...parts,
  };
}

function lookSubtitle(state: BusState, now: string, _: Translate): string {
  if (now === 'suspended') return _('Suspended');
  if (now !== 'idle' && now !== 'running') return _('Starting…');
  const { Mode: mode = 'blur', Background: background = '' } = state.properties;
  if (mode !== 'replace' || background === '') return modeSubtitle(mode, _);
  // Translators: subtitle of the tile, %s is the background's name
  return fill(_('Replace – %s'), backgroundLabel(background, state.backgrounds, _)) || modeLabel(mode, _);
}

import type { BusState } from './bus-state.js';
import { ICON, PROBLEM_ICON } from './tile.js';
import type { Translate } from './words.js';

export interface IndicatorView {
  readonly visible: boolean;
  readonly failed: boolean;
  readonly iconName: string;
  readonly accessibleName: string;
}

/** The icon in the panel: that the real camera is open, whoever opened it, or that the service needs somebody. */
export function indicatorView(state: BusState, _: Translate): IndicatorView {
  const { CameraInUse: inUse = false, State: now } = state.properties;
  if (state.running && now === 'failed')
    return {
      visible: true,
      failed: true,
      iconName: PROBLEM_ICON,
      accessibleName: inUse
        ? _('Backscrub needs attention, the camera is open')
        : _('Backscrub needs attention'),
    };
  return {
    visible: state.running && inUse,
    failed: false,
    iconName: ICON,
    accessibleName: _('Backscrub: the camera is open'),
  };
}

import type { BusState } from './bus-state.js';
import { tileView } from './tile.js';
import type { Translate } from './words.js';

export interface DoctorRow {
  readonly title: string;
  readonly text: string;
  readonly bad: boolean;
}

/** What holds and what does not, with the remedy where there is one. */
export function doctorRows(state: BusState, _: Translate): DoctorRow[] {
  if (!state.running)
    return [
      state.installed
        ? row(_('Service'), _('It does not run. Click the tile in quick settings to start it.'), true)
        : row(_('Service'), _('It is not installed. Install the package backscrub.'), true),
    ];
  const { Version, VirtualCamera, LastError, Consumers } = state.properties;
  const rows = [row(_('Service'), Version ?? '', false)];
  if (state.allowed === false)
    rows.push(row(_('Permission'), _('The system does not let you control the camera.'), true));
  const problem = state.properties.State === 'failed';
  rows.push(row(_('State'), tileView(state, _).subtitle ?? _('Off'), problem));
  if (LastError !== undefined && LastError[1] !== '') rows.push(row(_('What to Do'), LastError[1], problem));
  if (VirtualCamera !== undefined)
    rows.push(row(_('Virtual Camera'), VirtualCamera || _('There is none'), VirtualCamera === ''));
  if (Consumers !== undefined)
    rows.push(row(_('Watched by an Application'), Consumers > 0 ? _('Yes') : _('No'), false));
  rows.push(row(_('More'), _('Type “backscrubctl doctor” in a terminal.'), false));
  return rows;
}

function row(title: string, text: string, bad: boolean): DoctorRow {
  return { title, text, bad };
}

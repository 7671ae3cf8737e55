import type { BusState } from './bus-state.js';
import type { Choice } from './menu.js';
import { fill, type Translate } from './words.js';

const RESOLUTIONS = ['640x360', '640x480', '1280x720', '1920x1080'];
const FRAME_RATES = [15, 24, 30, 60];

/** All cameras and the automatic choice; undefined while the list is not known. */
export function cameraChoices(state: BusState, _: Translate): Choice[] | undefined {
  if (state.cameras === undefined) return undefined;
  const chosen = chosenCamera(state);
  return [
    { id: '', label: _('Automatic'), selected: chosen === '' },
    ...state.cameras
      .filter(({ id, problem }) => problem === '' || id === chosen)
      .map(({ id, name }) => ({ id, label: name, selected: id === chosen })),
  ];
}

/** Property Camera is the one in use even when that was an automatic choice; the list knows better, where it says so. */
function chosenCamera(state: BusState): string {
  const rows = state.cameras ?? [];
  if (rows.some(({ chosen }) => chosen !== undefined)) return rows.find(({ chosen }) => chosen)?.id ?? '';
  return state.properties.Camera ?? '';
}

/** The usual sizes, and one of the user's own if there is one. Undefined for a service that cannot change it. */
export function resolutionChoices(state: BusState, _: Translate): Choice[] | undefined {
  const { Resolution: current } = state.properties;
  if (current === undefined) return undefined;
  const ids = ['auto', ...RESOLUTIONS];
  if (!ids.includes(current)) ids.push(current);
  return ids.map((id) => ({
    id,
    label: id === 'auto' ? _('Same as Camera') : id.replace('x', ' × '),
    selected: id === current,
  }));
}

export function frameRateChoices(state: BusState, _: Translate): Choice[] | undefined {
  const { FrameRate: current } = state.properties;
  if (current === undefined) return undefined;
  const rates = [0, ...FRAME_RATES];
  if (!rates.includes(current)) rates.push(current);
  return rates.map((rate) => ({
    id: String(rate),
    // Translators: %s is a number of frames per second
    label: rate === 0 ? _('Same as Camera') : fill(_('%s per second'), String(rate)),
    selected: rate === current,
  }));
}

/** Those that can be used, with the size of what they look at, which is what they cost. */
export function modelChoices(
  rows: readonly Readonly<Record<string, unknown>>[] | undefined,
  current: string | undefined,
  _: Translate,
): Choice[] | undefined {
  if (rows === undefined || current === undefined) return undefined;
  return rows
    .filter((row) => typeof row['name'] === 'string' && (row['usable'] === true || row['name'] === current))
    .map((row) => {
      const { name, title, width, height } = row as Record<string, string | number | undefined>;
      const label = String(title || name);
      return {
        id: String(name),
        label: width && height ? `${label} (${width} × ${height})` : label,
        selected: name === current,
      };
    });
}
